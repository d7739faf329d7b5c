import { describe, expect, it, vi } from 'vitest'
import type { Porthor } from '../composition.ts'
import { waitForDatabase } from './prepare.ts'

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })

const pause = async () => {}

/** A Porthor whose database fails so many times. */
function failing(times: number, error: Error) {
  const state = vi.fn(async () => {
    if (state.mock.calls.length <= times) throw error
  })
  return { porthor: { schema: { state } } as unknown as Porthor, state }
}

describe('the wait for a database', () => {
  it('lasts until it is there', async () => {
    const { porthor, state } = failing(2, refused)
    const onRetry = vi.fn()
    await waitForDatabase(porthor, onRetry, pause)
    expect(state).toHaveBeenCalledTimes(3)
    expect(onRetry).toHaveBeenCalledTimes(2)
  })

  it('ends after the fifth attempt', async () => {
    const { porthor, state } = failing(5, refused)
    await expect(waitForDatabase(porthor, () => {}, pause)).rejects.toBe(refused)
    expect(state).toHaveBeenCalledTimes(5)
  })

  it('is of no use where the database refuses', async () => {
    const wrongPassword = Object.assign(new Error('password authentication failed'), { code: '28P01' })
    const { porthor, state } = failing(1, wrongPassword)
    await expect(waitForDatabase(porthor, () => {}, pause)).rejects.toBe(wrongPassword)
    expect(state).toHaveBeenCalledTimes(1)
  })
})
