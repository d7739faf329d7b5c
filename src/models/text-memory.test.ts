import fc from 'fast-check'
import { expect, it } from 'vitest'
import { TextMemory } from './text-memory.ts'

it('what is remembered of a text is never given for another one', () => {
  const text = fc.oneof(fc.string(), fc.string({ minLength: 60, maxLength: 80 }))
  fc.assert(
    fc.property(fc.array(text), fc.array(text), (known, others) => {
      const memory = new TextMemory<string>(1_000)
      for (const text of known) memory.set(text, `value of ${text}`)
      for (const text of known) expect(memory.get(text)).toBe(`value of ${text}`)
      for (const text of others) {
        expect(memory.get(text)).toBe(known.includes(text) ? `value of ${text}` : undefined)
      }
    }),
  )
})

it('of texts that differ before the last 64 characters alone, the last one is remembered', () => {
  const memory = new TextMemory<number>(10)
  const [one, other] = [`1${'x'.repeat(64)}`, `2${'x'.repeat(64)}`]
  memory.set(one, 1)
  memory.set(other, 2)
  expect([memory.get(one), memory.get(other)]).toEqual([undefined, 2])
})

it('so many are remembered as there may be', () => {
  const memory = new TextMemory<number>(2)
  for (const number of [1, 2, 3]) memory.set(`text ${number}`, number)
  expect([1, 2, 3].map((number) => memory.get(`text ${number}`))).toEqual([undefined, 2, 3])
})
