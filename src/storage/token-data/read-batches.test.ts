import { expect, it } from 'vitest'
import { ReadBatches } from './read-batches.ts'

function recorded(readAll: (keys: readonly string[]) => Promise<readonly (string | null)[]>) {
  const batches: string[][] = []
  const reads = new ReadBatches((keys) => {
    batches.push([...keys])
    return readAll(keys)
  })
  return { batches, reads }
}

const valuesOf = async (keys: readonly string[]) =>
  keys.map((key) => (key === 'absent' ? null : `value of ${key}`))

it('reads in one round trip what is asked for in the same moment, and gives each their own', async () => {
  const { batches, reads } = recorded(valuesOf)
  const answers = Promise.all(['one', 'absent', 'two', 'one'].map((key) => reads.read(key)))
  expect(await answers).toEqual(['value of one', null, 'value of two', 'value of one'])
  expect(batches).toEqual([['one', 'absent', 'two', 'one']])
})

it('reads anew what is asked for later', async () => {
  const { batches, reads } = recorded(valuesOf)
  await reads.read('one')
  await reads.read('one')
  expect(batches).toEqual([['one'], ['one']])
})

it('asks for no more than 100 at once', async () => {
  const { batches, reads } = recorded(valuesOf)
  const keys = Array.from({ length: 250 }, (_, index) => `key ${index}`)
  expect(await Promise.all(keys.map((key) => reads.read(key)))).toEqual(await valuesOf(keys))
  expect(batches.map(({ length }) => length)).toEqual([100, 100, 50])
})

it('tells all of a batch, and nobody else, that it has failed', async () => {
  const { reads } = recorded(async (keys) => {
    if (keys.includes('bad')) throw new Error('No answer')
    return valuesOf(keys)
  })
  const outcomes = await Promise.allSettled(['one', 'bad'].map((key) => reads.read(key)))
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await reads.read('one')).toBe('value of one')
})
