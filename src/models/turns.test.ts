import { expect, it } from 'vitest'
import { mapInTurns } from './turns.ts'

async function turnsTakenBy(work: () => Promise<unknown>): Promise<number> {
  let turns = 0
  let isDone = false
  const count = () => {
    if (isDone) return
    turns++
    setImmediate(count)
  }
  setImmediate(count)
  await work()
  isDone = true
  return turns
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

it('gives what was made of each item, in their order', async () => {
  for (const count of [0, 1, 499, 500, 501, 2_000]) {
    expect(await mapInTurns(numbers(count), (number) => number * 2)).toEqual(
      numbers(count).map((number) => number * 2),
    )
  }
})

it('lets others have a turn between hundreds of items, and does not wait for a few', async () => {
  expect(await turnsTakenBy(() => mapInTurns(numbers(500), String))).toBe(0)
  expect(await turnsTakenBy(() => mapInTurns(numbers(10_000), String))).toBeGreaterThanOrEqual(19)
})

it('fails as the function does', async () => {
  const work = mapInTurns(numbers(1_000), (number) => {
    if (number === 700) throw new RangeError('seven hundred')
  })
  await expect(work).rejects.toThrow(RangeError)
})
