import { z } from 'zod'
import { text, wholeNumber } from './fields.ts'
import { parsePlainJson } from './json.ts'

/** What somebody may use (spec/quotas.md §1). */
export interface Quota {
  /** Requests a minute, by service. A service that is not there is not limited; 0 bars it. */
  readonly api: Readonly<Record<string, number>>
  /** Null: nothing is said about notebooks. */
  readonly notebook: NotebookQuota | null
  /** By TAP service. */
  readonly tap: Readonly<Record<string, TapQuota>>
}

export interface NotebookQuota {
  readonly cpu: number
  /** GiB. */
  readonly memory: number
  /** Whether one may be started at all. */
  readonly spawn: boolean
}

export interface TapQuota {
  /** Queries at one time. */
  readonly concurrent: number
}

/** Quotas by membership of groups: a section of the configuration, and the document of overrides. */
export interface QuotaConfig {
  readonly default: Quota
  /** Added to the default for members. */
  readonly groups: Readonly<Record<string, Quota>>
  /** Groups whose members have no limits. */
  readonly bypass: readonly string[]
}

const NO_LIMITS: Quota = { api: {}, notebook: null, tap: {} }

/**
 * What the members of these groups may use by one configuration (spec/quotas.md §2).
 *
 * @returns Null: it says nothing about them.
 */
export function computeQuota(config: QuotaConfig, groups: readonly string[]): Quota | null {
  if (groups.some((group) => config.bypass.includes(group))) return NO_LIMITS
  const quota = groups
    .filter((group) => Object.hasOwn(config.groups, group))
    .map((group) => config.groups[group] ?? NO_LIMITS)
    .reduce(addQuotas, config.default)
  return isEmpty(quota) ? null : quota
}

/**
 * Puts the overrides over the configuration (spec/quotas.md §3): entry by entry, where what the overrides say of a
 * service or of notebooks replaces what the configuration says. Who bypasses the overrides has no limits at all; who
 * bypasses the configuration alone has those of the overrides.
 */
export function effectiveQuota(
  base: QuotaConfig | null,
  overrides: QuotaConfig | null,
  groups: readonly string[],
): Quota | null {
  const quota = base && computeQuota(base, groups)
  const over = overrides && computeQuota(overrides, groups)
  if (!quota || !over) return quota ?? over
  if (over === NO_LIMITS) return NO_LIMITS
  return {
    api: { ...quota.api, ...over.api },
    notebook: over.notebook ?? quota.notebook,
    tap: { ...quota.tap, ...over.tap },
  }
}

/** All services whose requests are counted for anybody. */
export function limitedServices(configs: readonly (QuotaConfig | null)[]): ReadonlySet<string> {
  const quotas = configs.flatMap((config) =>
    config ? [config.default, ...Object.values(config.groups)] : [],
  )
  return new Set(quotas.flatMap(({ api }) => Object.keys(api)))
}

function addQuotas(one: Quota, other: Quota): Quota {
  return {
    api: addMaps(one.api, other.api, (a, b) => a + b),
    notebook:
      one.notebook && other.notebook
        ? addNotebooks(one.notebook, other.notebook)
        : (one.notebook ?? other.notebook),
    tap: addMaps(one.tap, other.tap, (a, b) => ({ concurrent: a.concurrent + b.concurrent })),
  }
}

function addNotebooks(one: NotebookQuota, other: NotebookQuota): NotebookQuota {
  return { cpu: one.cpu + other.cpu, memory: one.memory + other.memory, spawn: one.spawn && other.spawn }
}

/** What only one side has is taken as it is. */
function addMaps<T>(
  one: Readonly<Record<string, T>>,
  other: Readonly<Record<string, T>>,
  add: (a: T, b: T) => T,
): Readonly<Record<string, T>> {
  const sum = new Map(Object.entries(one))
  for (const [name, value] of Object.entries(other)) {
    const present = sum.get(name)
    sum.set(name, present === undefined ? value : add(present, value))
  }
  return Object.fromEntries(sum)
}

function isEmpty({ api, notebook, tap }: Quota): boolean {
  return notebook === null && Object.keys(api).length === 0 && Object.keys(tap).length === 0
}

const MAXIMUM = Number.MAX_SAFE_INTEGER
const count = (description: string) => wholeNumber({ minimum: 0, maximum: MAXIMUM, description })

const amount = (description: string) =>
  z
    .unknown()
    .transform((value, context): number => {
      const fail = (type: string, message: string, ctx?: object) => {
        context.addIssue({ code: 'custom', message, params: { type, ctx } })
        return z.NEVER
      }
      if (typeof value === 'string') return fail('float_parsing', 'Must be a number, not a string')
      if (typeof value !== 'number') return fail('float_type', 'Must be a number')
      // What is too large for a number of JSON's could not be written again.
      if (!Number.isFinite(value)) return fail('finite_number', 'Must be a finite number')
      return value >= 0 ? value : fail('greater_than_equal', 'Must be at least 0', { ge: 0 })
    })
    .meta({ description, type: 'number', minimum: 0 })

const spawnField = z
  .unknown()
  .transform((value, context): boolean => {
    if (typeof value === 'boolean') return value
    const params = { type: typeof value === 'string' ? 'bool_parsing' : 'bool_type' }
    context.addIssue({ code: 'custom', message: 'Must be true or false', params })
    return z.NEVER
  })
  .meta({ description: 'Whether a notebook may be started', type: 'boolean' })

/** A map from names to values. zod's own passes over one name in silence; here it is refused. */
function byName<T extends z.ZodType>(name: string, value: T) {
  return z.preprocess(
    (map, context) => {
      if (typeof map === 'object' && map !== null && Object.hasOwn(map, '__proto__')) {
        const params = { type: 'value_error' }
        context.addIssue({ code: 'custom', path: ['__proto__'], message: 'Is not a possible name', params })
      }
      return map
    },
    z.record(text({ description: name }), value),
  )
}

const quotaRequest = z
  .strictObject({
    api: byName('Name of a service', count('Requests a minute; 0 bars the service'))
      .default({})
      .meta({ description: 'Requests a minute, by service; what is left out is not limited' }),
    notebook: z
      .strictObject({
        cpu: amount('CPUs of a notebook'),
        memory: amount('Memory of a notebook, GiB'),
        spawn: spawnField.prefault(true),
      })
      .nullable()
      .default(null),
    tap: byName('Name of a service', z.strictObject({ concurrent: count('Queries at one time') }))
      .default({})
      .meta({ description: 'Queries at one time, by TAP service' }),
  })
  .meta({ id: 'QuotaRequest' })

const groupSet = z
  .unknown()
  .transform((value, context): string[] => {
    const fail = (type: string, message: string, path: number[] = []) =>
      context.addIssue({ code: 'custom', message, path, params: { type } })
    if (!Array.isArray(value)) {
      fail('set_type', 'Must be an array of group names')
      return z.NEVER
    }
    for (const [index, name] of value.entries()) {
      if (typeof name !== 'string') fail('string_type', 'Must be a group name', [index])
    }
    return [...new Set<string>(value)].sort()
  })
  .meta({ description: 'Groups whose members have no limits', type: 'array', items: { type: 'string' } })

/** Body of `PUT /quota-overrides`: the whole document. Unknown keys are refused at every level. */
export const quotaOverridesRequest = z
  .strictObject({
    default: quotaRequest.prefault({}),
    groups: byName('Name of a group', quotaRequest)
      .default({})
      .meta({ description: 'What members of these groups have besides' }),
    bypass: groupSet.prefault([]),
  })
  .meta({ id: 'QuotaOverridesRequest' })

/** The API's answers: what is null is left out. */
export const quotaAnswer = z
  .object({
    api: z.record(z.string(), z.int()),
    notebook: z.object({ cpu: z.number(), memory: z.number(), spawn: z.boolean() }).optional(),
    tap: z.record(z.string(), z.object({ concurrent: z.int() })),
  })
  .meta({ id: 'Quota', description: 'What somebody may use; what is left out is not limited' })
export type QuotaAnswer = z.input<typeof quotaAnswer>

export const quotaOverridesAnswer = z
  .object({
    default: quotaAnswer,
    groups: z.record(z.string(), quotaAnswer),
    bypass: z.array(z.string()),
  })
  .meta({ id: 'QuotaOverrides' })

export function quotaToAnswer({ api, notebook, tap }: Quota): QuotaAnswer {
  return { api: { ...api }, ...(notebook && { notebook }), tap: { ...tap } }
}

export function quotaOverridesToAnswer(overrides: QuotaConfig): z.input<typeof quotaOverridesAnswer> {
  return {
    default: quotaToAnswer(overrides.default),
    groups: Object.fromEntries(
      Object.entries(overrides.groups).map(([group, quota]) => [group, quotaToAnswer(quota)]),
    ),
    bypass: [...overrides.bypass],
  }
}

// The reference stores numbers below 0 as well, by which nothing is allowed.
const storedNumber = z.number().transform((value) => Math.max(0, value))
const storedQuota = z.object({
  api: z.record(z.string(), storedNumber).default({}),
  notebook: z
    .object({ cpu: storedNumber, memory: storedNumber, spawn: z.boolean().default(true) })
    .nullish()
    .transform((notebook) => notebook ?? null),
  tap: z.record(z.string(), z.object({ concurrent: storedNumber })).default({}),
})
const storedOverrides = z.object({
  default: storedQuota.prefault({}),
  groups: z.record(z.string(), storedQuota).default({}),
  bypass: z.array(z.string()).default([]),
})

/**
 * Reads the stored document (spec/quotas.md §3, "Storage"). Unknown keys are ignored, which versions to come may add.
 *
 * @throws {SyntaxError | z.ZodError} It is none.
 */
export function decodeQuotaOverrides(json: string): QuotaConfig {
  return storedOverrides.parse(parsePlainJson(json))
}

/** Writes the stored document: every field, nulls included. */
export function encodeQuotaOverrides({ default: base, groups, bypass }: QuotaConfig): string {
  const stored = ({ api, notebook, tap }: Quota) => ({ api, notebook, tap })
  return JSON.stringify({
    default: stored(base),
    groups: Object.fromEntries(Object.entries(groups).map(([group, quota]) => [group, stored(quota)])),
    bypass,
  })
}
