import type * as z from 'zod'
import { variableNames } from './environment.ts'
import type { ConfigProblem } from './errors.ts'
import { formatPath, type Path } from './paths.ts'
import { optionFacts } from './schema/option.ts'
import { type Settings, settingsSchema } from './schema/settings.ts'
import { sectionShape } from './schema/shape.ts'
import { isMap, type PlainMap } from './values.ts'

/** A value of which anything may be missing. */
export type Loose<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [Key in keyof T]?: Loose<T[Key]> | undefined }
    : T

/** What could be read of the settings. */
export type LooseSettings = Loose<Settings>

/**
 * Reads every setting by itself, so that what is wrong with one hides nothing that is wrong with another.
 *
 * @returns What is right; complete if no problem was added.
 */
export function parseSettings(gathered: PlainMap, problems: ConfigProblem[]): LooseSettings {
  return parseSection(settingsSchema.shape, gathered, [], problems) as LooseSettings
}

function parseSection(
  shape: Readonly<Record<string, z.ZodType>>,
  section: PlainMap,
  path: Path,
  problems: ConfigProblem[],
): PlainMap {
  const result: Record<string, unknown> = {}
  for (const [key, schema] of Object.entries(shape)) {
    const value = section[key]
    const here = [...path, key]
    const members = sectionShape(schema)
    if (members && isMap(value)) {
      result[key] = parseSection(members, value, here, problems)
      continue
    }
    const outcome = schema.safeParse(value)
    if (outcome.success) result[key] = outcome.data
    else if (value === undefined) problems.push({ path: formatPath(here), message: requiredMessage(schema) })
    else problems.push(...describeAll(outcome.error.issues, value, here))
  }
  return result
}

/** Says that a setting is missing, and where it may be given. */
export function requiredMessage(schema: z.ZodType): string {
  const facts = optionFacts.get(schema)
  const [name] = variableNames(facts)
  if (name === undefined) return 'is required'
  return `is required (${facts?.environmentOnly ? '' : 'in the file, or '}as ${name} or ${name}_FILE)`
}

/** The first problem at each place: what is no text, say, need not be too short besides. */
function describeAll(issues: readonly z.core.$ZodIssue[], value: unknown, path: Path): ConfigProblem[] {
  const all = issues.flatMap((issue) => describe(issue, value, path))
  return all.filter((problem, index) => all.findIndex(({ path }) => path === problem.path) === index)
}

/** Our own words for what zod found. They never hold the value: it may be a secret, or one put in the wrong place. */
function describe(issue: z.core.$ZodIssue, value: unknown, path: Path): ConfigProblem[] {
  const here = [...path, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))]
  const problem = (message: string) => [{ path: formatPath(here), message }]
  switch (issue.code) {
    case 'invalid_type':
      return problem(
        valueAt(value, issue.path) === undefined ? 'is required' : `must be ${kindName(issue.expected)}`,
      )
    case 'invalid_value':
      return problem(`must be one of ${issue.values.map(String).join(', ')}`)
    case 'invalid_key':
      return problem(issue.issues[0]?.message ?? 'is not a possible name')
    case 'invalid_union': {
      const deeper = issue.errors.find((issues) => issues.every((inner) => isWithinChoice(inner)))
      if (!deeper) return problem(issue.message)
      return deeper.flatMap((inner) => describe(inner, valueAt(value, issue.path), here))
    }
    default:
      return problem(issue.message)
  }
}

/** Whether a value is of the chosen form and only something about it is wrong. */
function isWithinChoice(issue: z.core.$ZodIssue): boolean {
  return issue.path.length > 0 || issue.code !== 'invalid_type'
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (Array.isArray(inner)) return inner[Number(step)]
    return isMap(inner) ? inner[String(step)] : undefined
  }, value)
}

function kindName(expected: string): string {
  const names: Record<string, string> = {
    string: 'a text (put it in quotes)',
    array: 'a list',
    object: 'a section: a map of settings',
    record: 'a map',
  }
  return names[expected] ?? `a ${expected}`
}
