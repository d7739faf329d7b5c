import type * as z from 'zod'
import { type Environment, type ReadFile, readVariable } from './environment.ts'
import type { ConfigProblem } from './errors.ts'
import { normalise, readText } from './normalise.ts'
import { formatPath, type Path } from './paths.ts'
import { optionFacts } from './schema/option.ts'
import { settingsSchema } from './schema/settings.ts'
import { defaultValue, sectionShape } from './schema/shape.ts'
import { isEmpty, isMap, type PlainMap } from './values.ts'

interface Source {
  environment: Environment
  readFile: ReadFile
}

type Shape = Readonly<Record<string, z.ZodType>>

/**
 * Puts the file and the environment together, the environment prevailing: keys as in the schema, sections that are not
 * in use left out, nothing validated yet.
 *
 * @param overrides - Prevails over both.
 * @param problems - Takes what is found wrong.
 */
export async function gather(
  contents: PlainMap,
  source: Source,
  overrides: PlainMap,
  problems: ConfigProblem[],
): Promise<PlainMap> {
  const shape: Shape = settingsSchema.shape
  const { metrics, ...others } = contents
  const file = normalise(settingsSchema, others, [], problems)
  const settings = await withVariables(
    shape,
    sectionsInUse(isMap(file) ? file : {}, problems),
    [],
    source,
    problems,
  )
  const gathered = { ...settings, ...(await gatherMetrics(metrics, source, problems)) }
  const wished = Object.entries(overrides).filter(([, value]) => value !== undefined)
  return { ...gathered, ...Object.fromEntries(wished) }
}

/** Leaves sections out that hold nothing, or only what the reference's chart writes into those not in use. */
function sectionsInUse(file: PlainMap, problems: ConfigProblem[]): PlainMap {
  const shape: Shape = settingsSchema.shape
  const inUse = Object.entries(file).filter(([key, section]) => {
    const schema = shape[key]
    const members = schema && sectionShape(schema)
    if (!members) return true
    return isMap(section) ? isInUse(key, section, members, problems) : !isEmpty(section)
  })
  return Object.fromEntries(inUse)
}

function isInUse(key: string, section: PlainMap, members: Shape, problems: ConfigProblem[]): boolean {
  const schema = (settingsSchema.shape as Shape)[key]
  const marker = schema && optionFacts.get(schema)?.marker
  const markerSchema = marker === undefined ? undefined : members[marker]
  if (marker === undefined || !markerSchema) return !isEmpty(section)

  if (section[marker] !== undefined) return markerSchema.safeParse(section[marker]).data !== false
  const idle = Object.entries(section).every(([name, value]) => saysNothing(value, members[name]))
  // A marker without a default is missed by the schema. One with a default must not silently switch a section off.
  if (!idle && defaultValue(markerSchema) !== undefined) {
    problems.push({
      path: formatPath([key, marker]),
      message: 'is required, since the section has other values',
    })
  }
  return !idle
}

function saysNothing(value: unknown, schema: z.ZodType | undefined): boolean {
  if (isEmpty(value) || !schema) return true
  const written = JSON.stringify(value)
  return [defaultValue(schema), optionFacts.get(schema)?.idle].some(
    (idle) => JSON.stringify(idle) === written,
  )
}

/** What metrics that are off hold is of no concern, unknown keys included (spec/configuration.md §1). */
async function gatherMetrics(written: unknown, source: Source, problems: ConfigProblem[]): Promise<PlainMap> {
  const found: ConfigProblem[] = []
  const normalised = normalise(settingsSchema, isEmpty(written) ? {} : { metrics: written }, [], found)
  const shape = { metrics: settingsSchema.shape.metrics }
  const gathered = await withVariables(shape, isMap(normalised) ? normalised : {}, [], source, found)
  const { metrics } = gathered
  const isOff = isMap(metrics) && isFalse(metrics.enabled)
  if (!isOff) {
    problems.push(...found)
    return gathered
  }
  const { enabled, mock, application, appName } = metrics
  return { metrics: { enabled, mock, application, appName } }
}

function isFalse(value: unknown): boolean {
  const members = sectionShape(settingsSchema.shape.metrics)
  return value !== undefined && members?.enabled?.safeParse(value).data === false
}

/** Lays the environment over a section and over those in it that are in use. */
async function withVariables(
  shape: Shape,
  section: PlainMap,
  path: Path,
  source: Source,
  problems: ConfigProblem[],
): Promise<PlainMap> {
  const result = new Map(Object.entries(section))
  for (const [key, schema] of Object.entries(shape)) {
    const facts = optionFacts.get(schema)
    const members = sectionShape(schema)
    if (members) {
      const inner = await sectionWithVariables(
        schema,
        members,
        section[key],
        [...path, key],
        source,
        problems,
      )
      if (inner !== undefined) result.set(key, inner)
      continue
    }
    const value = await readVariable(facts, [...path, key], source, problems)
    if (value !== undefined)
      result.set(key, normalise(schema, readText(value, facts), [...path, key], problems))
  }
  return Object.fromEntries(result)
}

async function sectionWithVariables(
  schema: z.ZodType,
  members: Shape,
  section: unknown,
  path: Path,
  source: Source,
  problems: ConfigProblem[],
): Promise<unknown> {
  if (section !== undefined && !isMap(section)) return section
  const isTop = path.length === 1
  const marker = optionFacts.get(schema)?.environmentMarker
  // The variables of a section that is not in use are left aside: its secrets may be set all the same.
  if (section === undefined && isTop && marker === undefined) return undefined

  const found: ConfigProblem[] = []
  const merged = await withVariables(members, section ?? {}, path, source, found)
  const isNamed = isTop
    ? marker !== undefined && merged[marker] !== undefined
    : Object.keys(merged).length > 0
  if (section === undefined && !isNamed) return undefined
  problems.push(...found)
  return merged
}
