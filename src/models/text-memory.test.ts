import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type OfText, TextMemory } from './text-memory.ts'

it('what is remembered of a text is never given for another one', () => {
  const text = fc.oneof(fc.string(), fc.string({ minLength: 60, maxLength: 80 }))
  fc.assert(
    fc.property(fc.array(text), fc.array(text), (known, others) => {
      const memory = new TextMemory<OfText & { value: string }>(1_000)
      for (const text of known) memory.set({ text, value: `value of ${text}` })
      for (const text of known) expect(memory.get(text)?.value).toBe(`value of ${text}`)
      for (const text of others) {
        expect(memory.get(text)?.value).toBe(known.includes(text) ? `value of ${text}` : undefined)
      }
    }),
  )
})

it('of texts that differ before the characters that count, the last one is remembered', () => {
  const memory = new TextMemory<OfText>(10, 8)
  const [one, other] = [`1${'x'.repeat(8)}`, `2${'x'.repeat(8)}`]
  for (const text of [one, other]) memory.set({ text })
  expect([memory.get(one), memory.get(other)]).toEqual([undefined, { text: other }])
})

it('so many are remembered as there may be', () => {
  const memory = new TextMemory<OfText>(2)
  const texts = [1, 2, 3].map((number) => `text ${number}`)
  for (const text of texts) memory.set({ text })
  expect(texts.map((text) => memory.get(text)?.text)).toEqual([undefined, texts[1], texts[2]])
})
