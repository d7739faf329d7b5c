import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BoundedMap } from './bounded-map.ts'

it('a bounded map lets go of what was set longest ago', () => {
  const map = new BoundedMap<string, number>(2)
  map.set('a', 1)
  map.set('b', 2)
  map.set('a', 3)
  map.set('c', 4)
  expect([map.size, map.get('a'), map.get('b'), map.get('c')]).toEqual([2, 3, undefined, 4])
  map.delete('a')
  expect([map.size, map.get('a')]).toEqual([1, undefined])
})

const step = fc.oneof(
  { weight: 40, arbitrary: fc.record({ set: fc.nat(300) }) },
  { weight: 5, arbitrary: fc.record({ delete: fc.nat(300) }) },
  { weight: 1, arbitrary: fc.constant({ clear: true }) },
)

it('whatever is set, deleted and cleared, it holds what was set last, never more than it may, and tells of the rest', () => {
  const steps = fc.array(step, { maxLength: 600, size: 'max' })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), steps, (maximum, steps) => {
      const gone: number[] = []
      const map = new BoundedMap<number, number>(maximum, (value) => gone.push(value))
      /** Without a bound, in the order of setting. */
      const all = new Map<number, number>()
      const set: number[] = []
      for (const [value, step] of steps.entries()) {
        if ('set' in step) {
          map.set(step.set, value)
          all.delete(step.set)
          all.set(step.set, value)
          set.push(value)
        } else if ('delete' in step) {
          map.delete(step.delete)
          all.delete(step.delete)
        } else {
          map.clear()
          all.clear()
        }
        expect(map.size).toBeLessThanOrEqual(maximum)
      }
      const held = [...all].slice(all.size - map.size)
      expect(held.map(([key]) => map.get(key))).toEqual(held.map(([, value]) => value))
      expect([...gone, ...held.map(([, value]) => value)].toSorted((a, b) => a - b)).toEqual(set)
    }),
  )
})
