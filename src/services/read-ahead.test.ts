import { describe, expect, it } from 'vitest'
import { readAhead } from './read-ahead.ts'

async function* counting(read: number[], failsAt = Number.POSITIVE_INFINITY): AsyncGenerator<number, void> {
  for (let value = 1; value <= 3; value++) {
    read.push(value)
    if (value === failsAt) throw new Error('no more')
    yield value
  }
}

describe('reading ahead', () => {
  it('gives all values in their order', async () => {
    const values: number[] = []
    for await (const value of readAhead(counting([]))) values.push(value)
    expect(values).toEqual([1, 2, 3])
  })

  it('reads one value more than it has given, never two', async () => {
    const read: number[] = []
    for await (const value of readAhead(counting(read))) expect(read).toHaveLength(Math.min(value + 1, 3))
  })

  it('fails where reading fails, after the values before', async () => {
    const values: number[] = []
    const reading = async () => {
      for await (const value of readAhead(counting([], 3))) values.push(value)
    }
    await expect(reading()).rejects.toThrow('no more')
    expect(values).toEqual([1, 2])
  })

  it('may be left early, whatever the next reading would have said', async () => {
    for await (const value of readAhead(counting([], 2))) {
      expect(value).toBe(1)
      break
    }
  })
})
