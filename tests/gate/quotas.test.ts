import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Quota, QuotaConfig } from '../../src/models/quota.ts'
import { internalCaller } from '../../src/services/caller.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { redisAddress } from '../contract/token-data-backends.ts'
import { porthorBackends } from '../support/porthor.ts'
import { startRedis } from '../support/redis.ts'
import { bearer, type GateReply, type GateServer, serveGate, startGate } from './gate-server.ts'

const quota = (parts: Partial<Quota> = {}): Quota => ({ api: {}, notebook: null, tap: {}, ...parts })
const base: QuotaConfig = {
  default: quota({ api: { limited: 2, roomy: 50 } }),
  groups: { more: quota({ api: { limited: 3 } }), barred: quota({ api: { barred: 0 } }) },
  bypass: ['free'],
}
const overridesOf = (api: Record<string, number>): QuotaConfig => ({
  ...{ default: quota({ api }), groups: {}, bypass: [] },
})

/** Limit, used, remaining; null: no headers. */
function rateOf(reply: GateReply): (number | string)[] | null {
  const values = ['limit', 'used', 'remaining'].map((name) => reply.get(`x-ratelimit-${name}`))
  return values.some((value) => value === undefined) ? null : values.map(Number)
}

describe.each(porthorBackends)('$name: a quota', (backend) => {
  describe.skipIf(backend.available !== true)('', () => {
    let gate: GateServer
    let users = 0

    beforeAll(async () => {
      gate = await startGate(backend, { config: { quota: base } })
    })
    afterAll(() => gate?.close())
    beforeEach(() => gate.porthor.quotas.deleteOverrides(internalCaller).catch(() => {}))

    const newToken = (...groups: string[]) =>
      gate.newToken({
        username: `user-q${++users}`,
        groups: groups.map((name, index) => ({ name, id: 1000 + index })),
      })

    it('lets so many requests pass, and refuses the next with 429 in the header', async () => {
      const token = await newToken()
      const before = Math.floor(Date.now() / 1000)
      const replies = []
      for (let index = 0; index < 4; index++) replies.push(await gate.ask('?service=limited', bearer(token)))
      expect(replies.map(({ status }) => status)).toEqual([200, 200, 403, 403])
      expect(replies.map(rateOf)).toEqual([
        [2, 1, 1],
        [2, 2, 0],
        [2, 2, 0],
        [2, 2, 0],
      ])
      const [first, , refused] = replies
      const reset = Number(first?.get('x-ratelimit-reset'))
      expect(reset - before).toBeGreaterThanOrEqual(59)
      expect(reset - before).toBeLessThanOrEqual(65)
      expect(first?.get('x-ratelimit-resource')).toBe('limited')
      expect(refused?.get('x-error-status')).toBe('429')
      expect(refused?.get('x-error-body')).toBe(
        '{"detail": [{"msg": "Rate limit (2/minute) exceeded", "type": "rate_limited"}]}',
      )
      expect(refused?.get('cache-control')).toBe('no-cache, no-store')
      expect(refused?.get('www-authenticate')).toBeUndefined()
      const retryAt = Date.parse(refused?.get('retry-after') ?? '') / 1000
      expect(retryAt).toBe(Number(refused?.get('x-ratelimit-reset')))
      expect(first?.get('retry-after')).toBeUndefined()
    })

    it('counts a request once, exactly, also when many come at once', async () => {
      const token = await newToken()
      const replies = await Promise.all(
        Array.from({ length: 80 }, () => gate.ask('?service=roomy', bearer(token))),
      )
      expect(replies.filter(({ status }) => status === 200)).toHaveLength(50)
      const used = replies.filter(({ status }) => status === 200).map((reply) => rateOf(reply)?.[1])
      expect(used.sort((one, other) => Number(one) - Number(other))).toEqual(
        Array.from({ length: 50 }, (_, index) => index + 1),
      )
    })

    it('is one over all processes, tokens and children of a user', async ({ skip }) => {
      const token = await newToken()
      const child = await gate.ask('?delegate_to=portal&delegate_scope=read:all', bearer(token))
      const authorization = `Bearer ${child.get('x-auth-request-token')}`
      expect(rateOf(await gate.ask('?service=limited', { authorization }))).toEqual([2, 1, 1])
      const other = await gate.test.another()
      if (!other) return skip('the embedded database is for one process')
      const { ask, close } = await serveGate(other, silentLog)
      expect(rateOf(await ask('?service=limited', bearer(token)))).toEqual([2, 2, 0])
      await close()
      expect((await gate.ask('?service=limited', bearer(token))).status).toBe(403)
    })

    it('holds for its service alone', async () => {
      const token = await newToken()
      for (const path of ['', '?service=', '?service=other', '?service=Limited', '?service=barred']) {
        expect(rateOf(await gate.ask(path, bearer(token)))).toBeNull()
      }
      expect(rateOf(await gate.ask('?service=other&service=limited', bearer(token)))).toEqual([2, 1, 1])
    })

    it('is added to by groups', async () => {
      expect(rateOf(await gate.ask('?service=limited', bearer(await newToken('more'))))).toEqual([5, 1, 4])
    })

    it('does not hold for who bypasses it', async () => {
      const token = await newToken('free', 'barred')
      for (const service of ['limited', 'limited', 'limited', 'barred']) {
        const reply = await gate.ask(`?service=${service}`, bearer(token))
        expect([reply.status, rateOf(reply)]).toEqual([200, null])
      }
    })

    it('of none at all is a refusal of its own, without a count', async () => {
      const reply = await gate.ask('?service=barred&notebook=true', bearer(await newToken('barred')))
      expect([reply.status, reply.get('x-error-status'), reply.type]).toEqual([
        403,
        '403',
        'insufficient_scope',
      ])
      expect(reply.get('www-authenticate')).not.toContain('scope=')
      expect([rateOf(reply), reply.get('x-auth-request-token')]).toEqual([null, undefined])
    })

    it('is not used by who is refused for another reason, nor by preflights', async () => {
      const token = await newToken()
      const headers = bearer(token)
      const options = { 'x-original-method': 'OPTIONS', origin: 'https://example.com' }
      await gate.ask('?service=limited&scope=exec:test', headers)
      await gate.ask('?service=limited&username=nobody', headers)
      await gate.ask('?service=limited&minimum_lifetime=1', headers)
      await gate.ask('?service=limited', {})
      await gate.ask('?service=limited', { ...headers, ...options, 'access-control-request-method': 'GET' })
      await gate.ask('/ingress/anonymous?service=limited', headers)
      expect(rateOf(await gate.ask('?service=limited', headers))).toEqual([2, 1, 1])
    })

    it('that is used up makes no delegated token', async () => {
      const token = await newToken()
      for (let index = 0; index < 2; index++) await gate.ask('?service=limited', bearer(token))
      const reply = await gate.ask('?service=limited&delegate_to=limited', bearer(token))
      expect([reply.status, reply.get('x-auth-request-token')]).toEqual([403, undefined])
    })

    it('follows the overrides from the moment that they are set', async () => {
      const token = await newToken()
      const { quotas } = gate.porthor
      const limitOf = async (service: string) =>
        rateOf(await gate.ask(`?service=${service}`, bearer(token)))?.[0] ?? null
      expect(await limitOf('limited')).toBe(2)
      await quotas.setOverrides(internalCaller, overridesOf({ limited: 7, new: 3 }))
      expect([await limitOf('limited'), await limitOf('new'), await limitOf('roomy')]).toEqual([7, 3, 50])
      await quotas.setOverrides(internalCaller, overridesOf({ new: 0 }))
      expect((await gate.ask('?service=new', bearer(token))).type).toBe('insufficient_scope')
      await quotas.deleteOverrides(internalCaller)
      expect([await limitOf('limited'), await limitOf('new')]).toEqual([2, null])
    })

    it('follows overrides that another process has set', async ({ skip }) => {
      const token = await newToken()
      const other = await gate.test.another()
      if (!other) return skip('the embedded database is for one process')
      const limit = async () => rateOf(await gate.ask('?service=roomy', bearer(token)))?.[0]
      expect(await limit()).toBe(50)
      await other.quotas.setOverrides(internalCaller, overridesOf({ roomy: 40 }))
      await expect.poll(limit, { interval: 2 }).toBe(40)
      await other.quotas.deleteOverrides(internalCaller)
      await expect.poll(limit, { interval: 2 }).toBe(50)
    })
  })
})

describe('a quota, while its counters are away', () => {
  const withRedis = porthorBackends.find(({ name }) => name === 'PostgreSQL with Redis')

  it.skipIf(withRedis?.available !== true)('lets requests pass, and says so in the log', async () => {
    const [data, counters] = [await startRedis(), await startRedis()]
    const tokenStore = {
      kind: 'redis' as const,
      persistent: redisAddress(data.port),
      ephemeral: redisAddress(counters.port),
    }
    const gate = await startGate(withRedis, { config: { quota: base, tokenStore } })
    try {
      const token = await gate.newToken('alice')
      expect(rateOf(await gate.ask('?service=limited', bearer(token)))).toEqual([2, 1, 1])
      await counters.stop()
      for (let index = 0; index < 5; index++) {
        const reply = await gate.ask('?service=limited', bearer(token))
        expect([reply.status, rateOf(reply)]).toEqual([200, null])
      }
      const failures = gate.lines.filter(({ event }) => event === 'Rate limiting failed')
      expect(failures).toHaveLength(5)
      expect(failures[0]).toMatchObject({ level: 'error', fields: { user: 'alice', service: 'limited' } })
    } finally {
      await gate.close()
      await data.stop()
    }
  })
})
