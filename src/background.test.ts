import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startBackground } from './background.ts'
import type { Porthor } from './composition.ts'
import { silentLog } from './services/token-log.ts'

const DAY = 86_400

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

it('maintenance waits for as long as the configuration says, be it months', async () => {
  let runs = 0
  const porthor = {
    config: { maintenanceIntervalSeconds: 60 * DAY, auditIntervalSeconds: null },
    redisTrust: null,
    maintenance: { run: async () => void runs++ },
  } as unknown as Porthor
  const background = startBackground(porthor, silentLog)
  await vi.advanceTimersByTimeAsync(53 * DAY * 1000)
  expect(runs).toBe(0)
  await vi.advanceTimersByTimeAsync(14 * DAY * 1000)
  expect(runs).toBe(1)
  await background.stop()
})
