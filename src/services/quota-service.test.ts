import { describe, expect, it } from 'vitest'
import { systemClock } from '../models/clock.ts'
import { NotFoundError, PermissionDeniedError, StoreUnavailableError } from '../models/errors.ts'
import { encodeQuotaOverrides, type QuotaConfig } from '../models/quota.ts'
import type {
  QuotaOverridesListener,
  QuotaOverridesStore,
} from '../storage/quota-overrides/quota-overrides-store.ts'
import type { RateCount } from '../storage/rate-limits/rate-limiter.ts'
import { type Caller, internalCaller } from './caller.ts'
import { QuotaService } from './quota-service.ts'
import { silentLog } from './token-log.ts'

const configOf = (limit: number): QuotaConfig => ({
  default: { api: { tap: limit }, notebook: null, tap: {} },
  groups: {},
  bypass: [],
})

/** A store that fails, tells of changes and takes its time as a test wants. */
class ScriptedStore implements QuotaOverridesStore {
  document: string | null = null
  isAway = false
  reads = 0
  listener: QuotaOverridesListener | null = null
  /** What a reading waits for. */
  gate: Promise<void> = Promise.resolve()

  async openReader(listener: QuotaOverridesListener) {
    if (this.isAway) throw new StoreUnavailableError('away')
    this.listener = listener
    return {
      read: async () => {
        this.reads++
        const { document } = this
        await this.gate
        if (this.isAway) throw new StoreUnavailableError('away')
        return document
      },
      close: async () => {},
    }
  }

  async replace(document: string) {
    const before = this.document
    this.document = document
    return before
  }

  async delete() {
    const before = this.document
    this.document = null
    return before
  }

  async exchange(before: string | null, after: string | null) {
    if (this.document !== before) return false
    this.document = after
    return true
  }

  async close() {}
}

function setUp(options: { count?: () => Promise<RateCount>; base?: QuotaConfig | null } = {}) {
  const store = new ScriptedStore()
  const events: string[] = []
  const lines: object[] = []
  const alerts: string[] = []
  const note = (fields: object, event: string) => {
    lines.push(fields)
    events.push(event)
  }
  const count = options.count ?? (async () => ({ count: 1, secondsLeft: 60 }))
  const service = new QuotaService({
    base: options.base === undefined ? configOf(10) : options.base,
    overrides: store,
    limiter: { count, close: async () => {} },
    clock: systemClock,
    alerts: { report: (_kind, text) => alerts.push(text) },
    log: { ...silentLog, error: note, info: note },
  })
  return { store, service, events, lines, alerts, limit: () => service.apiLimit([], 'tap') }
}

describe('the overrides', () => {
  it('are read once, and remembered until the store tells of a change', async () => {
    const { store, service, limit } = setUp()
    expect(service.apiLimitFromMemory([], 'tap')).toBeUndefined()
    expect(await Promise.all([limit(), limit(), limit()])).toEqual([10, 10, 10])
    expect([store.reads, service.apiLimitFromMemory([], 'tap')]).toEqual([1, 10])
    expect(service.apiLimitFromMemory([], 'other')).toBeNull()
    store.document = encodeQuotaOverrides(configOf(3))
    expect(await limit()).toBe(10)
    store.listener?.changed()
    expect(service.apiLimitFromMemory([], 'tap')).toBeUndefined()
    expect([await limit(), store.reads]).toEqual([3, 2])
  })

  it('that were read before a change was heard of are not remembered after it', async () => {
    const { store, limit } = setUp()
    const { promise, resolve } = Promise.withResolvers<void>()
    store.gate = promise
    const early = limit()
    await new Promise((resolve) => setImmediate(resolve))
    store.document = encodeQuotaOverrides(configOf(3))
    store.listener?.changed()
    store.gate = Promise.resolve()
    expect(await limit()).toBe(3)
    resolve()
    expect([await early, await limit()]).toEqual([10, 3])
  })

  it('hold on as they were last known while the store is away, which is asked again only now and then', async () => {
    const { store, limit, events } = setUp()
    store.document = encodeQuotaOverrides(configOf(3))
    expect(await limit()).toBe(3)
    store.isAway = true
    store.listener?.lost()
    for (let index = 0; index < 10; index++) expect(await limit()).toBe(3)
    expect(events).toEqual(['Cannot retrieve quota overrides'])
    store.isAway = false
    store.document = null
    await expect.poll(limit, { timeout: 3_000 }).toBe(10)
  })

  it('are none where the store has never been there', async () => {
    const { store, limit, service } = setUp()
    store.isAway = true
    expect(await limit()).toBe(10)
    await expect(service.getOverrides(internalCaller)).rejects.toThrow(StoreUnavailableError)
  })

  it('that cannot be read count as none, and are complained of once', async () => {
    const { store, limit, service, events, alerts } = setUp()
    store.document = 'nonsense'
    for (let index = 0; index < 5; index++) expect(await limit()).toBe(10)
    expect(events).toEqual(['Cannot retrieve quota overrides'])
    expect(alerts).toEqual([expect.stringContaining('Cannot retrieve quota overrides: ')])
    await expect(service.getOverrides(internalCaller)).rejects.toThrow(NotFoundError)
    await service.setOverrides(internalCaller, configOf(4))
    expect(await limit()).toBe(4)
  })

  it('are for administrators', async () => {
    const { service } = setUp()
    const user: Caller = { ...internalCaller, username: 'alice', scopes: ['user:token'] }
    for (const attempt of [
      service.getOverrides(user),
      service.setOverrides(user, configOf(1)),
      service.deleteOverrides(user),
    ]) {
      await expect(attempt).rejects.toThrow(PermissionDeniedError)
    }
  })

  it('hold at once where they are set, and the log says by whom and instead of what', async () => {
    const { service, limit, lines, events } = setUp({ base: null })
    expect(await limit()).toBeNull()
    await service.setOverrides(internalCaller, configOf(4))
    expect(await limit()).toBe(4)
    expect(await service.getOverrides(internalCaller)).toEqual(configOf(4))
    await service.deleteOverrides(internalCaller)
    expect(await limit()).toBeNull()
    await expect(service.deleteOverrides(internalCaller)).rejects.toThrow(NotFoundError)
    expect(events).toEqual(['Updated quota overrides', 'Deleted quota overrides'])
    expect(lines).toEqual([
      { actor: '<internal>', quota_overrides: configOf(4), old_quota_overrides: null },
      { actor: '<internal>', old_quota_overrides: encodeQuotaOverrides(configOf(4)) },
    ])
  })
})

describe('a count', () => {
  it('is never told above the limit', async () => {
    const { service } = setUp({ count: async () => ({ count: 12, secondsLeft: 7 }) })
    expect(await service.count('alice', 'tap', 10)).toMatchObject({
      ...{ limit: 10, used: 10, remaining: 0, service: 'tap', exceeded: true },
    })
    expect(await service.count('alice', 'tap', 12)).toMatchObject({ used: 12, remaining: 0, exceeded: false })
  })

  it('that is not known lets pass', async () => {
    const { service, events } = setUp({ count: () => Promise.reject(new Error('away')) })
    expect(await service.count('alice', 'tap', 10)).toBeNull()
    expect(events).toEqual(['Rate limiting failed'])
  })
})
