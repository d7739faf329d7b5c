import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { variableNames } from './environment.ts'
import type { ConfigError } from './errors.ts'
import { optionFacts } from './schema/option.ts'
import { settingsSchema } from './schema/settings.ts'
import { sectionShape } from './schema/shape.ts'
import { ADDRESSES, failure, load, REFERENCE_FILE, referenceSettings } from './testing/files.ts'
import { isMap } from './values.ts'

// Looks like nothing else, and is found again in any case, however it is quoted.
const CANARY = 'Xq7Canary9Zv'
const SHAPES: readonly ((canary: string) => unknown)[] = [
  (canary) => canary,
  (canary) => `${canary}\n`,
  (canary) => `gt-${canary}.${canary}`,
  (canary) => `postgresql://u:${canary}@@h/d`,
  (canary) => `redis://:${canary}@h:99999`,
  (canary) => `https://u:${canary}@h:bad/`,
  (canary) => `[{"id": "${canary}", "secret": "${canary}", "return_uri": "${canary}"}`,
  (canary) => [{ id: canary, secret: canary, return_uri: canary }],
  (canary) => `-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----`,
  (canary) => [canary, [canary]],
  (canary) => ({ github: canary }),
]

/** Every place in the file where a setting may stand. */
function allPaths(
  shape: Readonly<Record<string, unknown>> = settingsSchema.shape,
  path: string[] = [],
): string[][] {
  return Object.entries(settingsOf(shape)).flatMap(([key, schema]) => {
    const members = sectionShape(schema)
    const here = [...path, key]
    return members ? [here, ...allPaths(members, here)] : [here]
  })
}

function settingsOf(shape: unknown) {
  return shape as typeof settingsSchema.shape
}

function withValue(
  contents: unknown,
  [key = '', ...path]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const section = isMap(contents) ? contents : {}
  return { ...section, [key]: path.length === 0 ? value : withValue(section[key], path, value) }
}

function expectSilence(error: ConfigError | null) {
  const shown = [error?.message, error?.stack, JSON.stringify(error), String(error?.cause)].join('\n')
  expect(shown.toLowerCase()).not.toContain(CANARY.toLowerCase())
}

const value = fc.constantFrom(...SHAPES).map((shape) => shape(CANARY))

describe('no value is part of an error', () => {
  it('wherever in the file it stands, one or several at once', async () => {
    const places = fc.array(fc.tuple(fc.constantFrom(...allPaths()), value), { minLength: 1, maxLength: 6 })
    const check = fc.asyncProperty(places, async (changes) => {
      const broken = changes.reduce(
        (settings, [path, bad]) => withValue(settings, path, bad),
        referenceSettings(),
      )
      const error = await failure(load({ ...broken, basurl: CANARY }))
      expect(error).not.toBeNull()
      expectSilence(error)
    })
    await fc.assert(check, { numRuns: 300 })
  })

  it('from whichever variable it comes, and from a file that one names', async () => {
    const names = Object.values(settingsSchema.shape)
      .flatMap((schema) => [schema, ...Object.values(sectionShape(schema) ?? {})])
      .flatMap((schema) => variableNames(optionFacts.get(schema)))
    const text = value.filter((made) => typeof made === 'string').map(String)
    const check = fc.asyncProperty(
      fc.constantFrom(...names),
      text,
      fc.boolean(),
      async (name, bad, inFile) => {
        const variables = inFile ? { [`${name}_FILE`]: '/secret' } : { [name]: bad }
        const environment = { ...ADDRESSES, ...variables, PORTHOR_WORKERS: CANARY }
        expectSilence(await failure(load(referenceSettings(), environment, { '/secret': bad })))
      },
    )
    await fc.assert(check, { numRuns: 300 })
  })

  it.each([
    `${REFERENCE_FILE}\nredisPassword: "${CANARY}`,
    `${REFERENCE_FILE}\nredisPassword: *${CANARY}`,
    `${REFERENCE_FILE}\nredisPassword: !!binary ${CANARY}`,
    `${REFERENCE_FILE}\nredisPassword: ${CANARY}: x`,
    `${REFERENCE_FILE}\nredisPassword: [${CANARY}`,
    `${REFERENCE_FILE}\n  redisPassword: ${CANARY}\n - ${CANARY}`,
    `redisPassword: ${CANARY}\nredisPassword: ${CANARY}`,
    CANARY,
  ])('where the file is not even YAML, or not the right kind: case %#', async (text) => {
    expectSilence(await failure(load(text)))
  })
})
