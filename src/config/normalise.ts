import * as z from 'zod'
import type { ConfigProblem } from './errors.ts'
import { camelCase, formatPath, nearest, type Path } from './paths.ts'
import { type OptionFacts, optionFacts } from './schema/option.ts'
import { innermost, sectionShape } from './schema/shape.ts'
import { isMap, type PlainMap } from './values.ts'

/**
 * Brings a value of the file into the form that the schema expects: keys in camelCase, what is null or empty left out,
 * unknown keys named and left out.
 *
 * @param problems - Takes what is found wrong.
 */
export function normalise(
  schema: z.core.$ZodType,
  value: unknown,
  path: Path,
  problems: ConfigProblem[],
): unknown {
  const shape = sectionShape(schema)
  const inner = innermost(schema)
  if (shape && isMap(value)) return normaliseSection(shape, value, path, problems)
  if (inner instanceof z.ZodRecord && isMap(value)) {
    return normaliseRecord(inner.def.valueType, value, path, problems)
  }
  if (inner instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((member, index) => normalise(inner.def.element, member, [...path, index], problems))
  }
  if (inner instanceof z.ZodUnion && isMap(value)) {
    const section = inner.def.options.find((choice) => sectionShape(choice))
    return section ? normalise(section, value, path, problems) : value
  }
  return value
}

function normaliseRecord(
  valueType: z.core.$ZodType,
  record: PlainMap,
  path: Path,
  problems: ConfigProblem[],
): PlainMap {
  const names = Object.keys(record)
  // zod passes over this name in silence.
  if (names.includes('__proto__')) {
    problems.push({ path: formatPath([...path, '__proto__']), message: 'is not a possible name' })
  }
  return Object.fromEntries(
    names.map((name) => [name, normalise(valueType, record[name], [...path, name], problems)]),
  )
}

function normaliseSection(
  shape: Readonly<Record<string, z.ZodType>>,
  section: PlainMap,
  path: Path,
  problems: ConfigProblem[],
): PlainMap {
  const found = new Map<string, unknown>()
  for (const [written, value] of Object.entries(section)) {
    const key = knownKey(shape, written)
    const schema = key === null ? undefined : shape[key]
    const facts = schema && optionFacts.get(schema)
    if (key === null || !schema || facts?.environmentOnly) {
      problems.push({ path: formatPath([...path, written]), message: unknownKey(shape, written, facts) })
      continue
    }
    if (found.has(key)) {
      problems.push({ path: formatPath([...path, key]), message: 'is there twice, written in two ways' })
    }
    const given = facts?.nullable && value === '' ? null : readText(value, facts)
    found.set(key, normalise(schema, given, [...path, key], problems))
  }
  return Object.fromEntries([...found].filter(([key, value]) => isGiven(value, shape[key])))
}

/** A text that stands for a list or for JSON, read; any other value as it is, broken JSON too: the schema refuses it. */
export function readText(value: unknown, facts: OptionFacts | undefined): unknown {
  if (typeof value !== 'string' || !facts?.text) return value
  if (facts.text === 'list') {
    return value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
  }
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

function isGiven(value: unknown, schema: z.ZodType | undefined): boolean {
  if (schema && optionFacts.get(schema)?.nullable) return value !== undefined
  return value !== undefined && value !== null && value !== ''
}

function knownKey(shape: PlainMap, written: string): string | null {
  const key = Object.hasOwn(shape, written) ? written : camelCase(written)
  return Object.hasOwn(shape, key) ? key : null
}

function unknownKey(shape: PlainMap, written: string, facts: OptionFacts | undefined): string {
  if (facts?.environmentOnly) return 'is not read from the file, only from the environment'
  const known = nearest(written, Object.keys(shape))
  return known === null ? 'is not a known setting' : `is not a known setting; did you mean ${known}?`
}
