import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { compiledCheck } from './compiled-check.ts'

const schema = z.object({
  name: z.string().min(1).max(8),
  kind: z.enum(['one', 'other']),
  id: z.union([z.int().min(1), z.bigint().min(1n)]).nullish(),
  list: z.union([z.array(z.string()), z.string()]),
  until: z.number().max(8.64e12).optional(),
  parts: z.array(z.object({ key: z.string() })).nullish(),
})

/** Now and then what belongs there, now and then anything. */
const mostly = (usual: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: fc.jsonValue() })
const value = fc.record(
  {
    name: mostly(fc.string({ minLength: 1, maxLength: 9, unit: 'binary' })),
    kind: mostly(fc.constantFrom('one', 'other')),
    id: mostly(fc.option(fc.integer({ min: 0 }))),
    list: mostly(fc.oneof(fc.string(), fc.array(fc.string()))),
    until: mostly(fc.double({ min: -1, max: 9e12, noNaN: true })),
    parts: mostly(fc.option(fc.array(fc.record({ key: mostly(fc.string()), more: fc.jsonValue() })))),
    unknown: fc.jsonValue(),
  },
  { requiredKeys: ['name', 'kind', 'list'] },
)

describe('a compiled check', () => {
  const fits = compiledCheck(schema)

  it('says of JSON what its schema says', () => {
    let fitting = 0
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: value }, fc.jsonValue()), (value) => {
        const json: unknown = JSON.parse(JSON.stringify(value))
        fitting += Number(fits(json))
        expect(fits(json)).toBe(schema.safeParse(json).success)
      }),
      { numRuns: 2_000 },
    )
    expect(fitting).toBeGreaterThan(100)
  })

  it('takes no number for an integer that may have lost digits, nor a bigint', () => {
    const usual = { name: 'name', kind: 'one', list: [] }
    expect(fits({ ...usual, id: Number.MAX_SAFE_INTEGER })).toBe(true)
    expect(fits({ ...usual, id: Number.MAX_SAFE_INTEGER + 1 })).toBe(false)
    expect(fits({ ...usual, id: 1n })).toBe(false)
  })
})
