import type { z } from 'zod'
import { redact } from './redact.ts'

/** One thing that is wrong with a request, in the reference's form (spec/rest-api.md §2). */
export interface Finding {
  type: string
  loc: (string | number)[]
  msg: string
  /** What was sent there, cut and without secrets. */
  input: unknown
  /** The rule's own numbers and texts. */
  ctx?: object
}

/** A request does not have the form it should have: 422 with all findings. */
export class ValidationError extends Error {
  readonly findings: readonly Finding[]

  constructor(findings: readonly Finding[]) {
    super('The request is not valid')
    this.name = 'ValidationError'
    this.findings = findings
  }
}

/** A part of a request, and what it must be; null: nothing is expected there. */
export interface RequestPart {
  location: 'path' | 'query' | 'body'
  schema: z.ZodType | null
  value: unknown
}

/**
 * Checks parts of a request together.
 *
 * @returns What the schemas make of the parts, in their order.
 * @throws {ValidationError} With the findings of all of them.
 */
export function validate(parts: readonly RequestPart[]): unknown[] {
  const findings: Finding[] = []
  const outputs = parts.map(({ location, schema, value }) => {
    if (!schema) return undefined
    if (location === 'body' && (value === undefined || value === null)) {
      findings.push({ type: 'missing', loc: ['body'], msg: 'Field required', input: null })
      return undefined
    }
    const outcome = schema.safeParse(value)
    if (outcome.success) return outcome.data
    findings.push(...outcome.error.issues.flatMap((issue) => findingsOf(issue, location, value)))
    return undefined
  })
  if (findings.length > 0) throw new ValidationError(findings)
  return outputs
}

/** One for each key that should not be there, as for each one that is wrong. */
function findingsOf(issue: z.core.$ZodIssue, location: string, value: unknown): Finding[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
  if (issue.code !== 'unrecognized_keys') return [findingOf(issue, path, location, value)]
  return issue.keys.map((key) => findingOf(issue, [...path, key], location, value))
}

function findingOf(
  issue: z.core.$ZodIssue,
  path: readonly (string | number)[],
  location: string,
  value: unknown,
): Finding {
  const { type, ctx } = ruleOf(issue)
  const input = valueAt(value, path)
  const loc = [location, ...path]
  // A rule about several fields may miss one of them on purpose.
  if (input === undefined && path.length > 0 && type !== 'value_error') {
    const parent = valueAt(value, path.slice(0, -1))
    return { type: 'missing', loc, msg: 'Field required', input: presentable(parent) }
  }
  return { type, loc, msg: redact(issue.message), input: presentable(input), ...(ctx && { ctx }) }
}

const WRONG_TYPES: Readonly<Record<string, string>> = {
  string: 'string_type',
  array: 'list_type',
  object: 'model_attributes_type',
  record: 'dict_type',
  boolean: 'bool_type',
  number: 'float_type',
  int: 'int_type',
}

/** The reference's name of the rule that was broken. */
function ruleOf(issue: z.core.$ZodIssue): { type: string; ctx?: object } {
  switch (issue.code) {
    case 'invalid_type':
      return { type: WRONG_TYPES[issue.expected] ?? 'value_error' }
    case 'invalid_value':
      return { type: 'enum', ctx: { expected: listed(issue.values) } }
    case 'invalid_format':
      return {
        type: 'string_pattern_mismatch',
        ...(issue.pattern !== undefined && { ctx: { pattern: issue.pattern } }),
      }
    case 'too_small':
      return sizeRule(issue.origin, 'short', 'greater_than_equal', issue.minimum)
    case 'too_big':
      return sizeRule(issue.origin, 'long', 'less_than_equal', issue.maximum)
    case 'unrecognized_keys':
      return { type: 'extra_forbidden' }
    case 'custom': {
      const { type, ctx } = issue.params ?? {}
      return { type: typeof type === 'string' ? type : 'value_error', ...(ctx && { ctx }) }
    }
    default:
      return { type: 'value_error' }
  }
}

function sizeRule(
  origin: string,
  length: 'short' | 'long',
  comparison: 'greater_than_equal' | 'less_than_equal',
  bound: number | bigint,
): { type: string; ctx: object } {
  const atLeast = length === 'short'
  if (origin === 'string') {
    return { type: `string_too_${length}`, ctx: { [atLeast ? 'min_length' : 'max_length']: Number(bound) } }
  }
  if (origin === 'array' || origin === 'set') {
    return { type: `too_${length}`, ctx: { [atLeast ? 'min_length' : 'max_length']: Number(bound) } }
  }
  return { type: comparison, ctx: { [atLeast ? 'ge' : 'le']: Number(bound) } }
}

/** `'one', 'two' or 'three'` */
function listed(values: readonly unknown[]): string {
  const quoted = values.map((value) => `'${String(value)}'`)
  return [quoted.slice(0, -1).join(', '), quoted.at(-1)].filter(Boolean).join(' or ')
}

/** Own properties alone: a path is made of names that came from outside. */
function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step) ? Reflect.get(at, step) : undefined,
    value,
  )
}

const MAXIMUM_TEXT = 256
const MAXIMUM_ENTRIES = 20
const MAXIMUM_DEPTH = 3

/** A value as it may be shown to whoever sent it, and to their log: no secrets, and never large. */
function presentable(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return shortText(value)
  if (typeof value !== 'object' || value === null) return value ?? null
  if (depth === MAXIMUM_DEPTH) return '…'
  if (Array.isArray(value))
    return value.slice(0, MAXIMUM_ENTRIES).map((entry) => presentable(entry, depth + 1))
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MAXIMUM_ENTRIES)
      .map(([name, entry]) => [shortText(name), presentable(entry, depth + 1)]),
  )
}

function shortText(text: string): string {
  // Cut only afterwards: half a token would not be known for one.
  const shown = redact(text)
  return (shown.length > MAXIMUM_TEXT ? `${shown.slice(0, MAXIMUM_TEXT)}…` : shown).toWellFormed()
}
