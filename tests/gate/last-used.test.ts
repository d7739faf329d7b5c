import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPorthor } from '../../src/composition.ts'
import { nowSeconds } from '../../src/models/clock.ts'
import type { Token } from '../../src/models/token.ts'
import { LastUsed } from '../../src/services/last-used.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { AuthHistoryStore } from '../../src/storage/auth-history-store.ts'
import { TokenDatabaseStore } from '../../src/storage/token-database-store.ts'
import { TokenLocks } from '../../src/storage/token-locks.ts'
import { porthorBackends } from '../support/porthor.ts'
import { bearer, type GateServer, startGate } from './gate-server.ts'

describe.each(porthorBackends)('$name: when a token was last used', (backend) => {
  describe.skipIf(backend.available !== true)('', () => {
    let gate: GateServer
    let token: Token

    beforeAll(async () => {
      gate = await startGate(backend, { config: { proxies: ['127.0.0.0/8'] } })
    })
    afterAll(() => gate?.close())

    const now = () => nowSeconds(gate.porthor.clock)
    const lastUsed = async () =>
      (await new TokenDatabaseStore(gate.porthor.database.db).getInfo(token.key))?.lastUsed ?? null
    const entries = async () => {
      const store = new AuthHistoryStore(gate.porthor.database.db)
      return (await store.list({ token: token.key, limit: 100 })).map(({ ipAddress }) => ipAddress)
    }
    const use = async (from = '192.0.2.1', path = '') =>
      (await gate.ask(path, { ...bearer(token), 'x-forwarded-for': from })).status

    it('is written after the request, once for many, with where it came from', async () => {
      token = await gate.newToken('alice')
      for (let index = 0; index < 30; index++) expect(await use()).toBe(200)
      await gate.porthor.lastUsed.write()
      expect(now() - ((await lastUsed()) ?? 0)).toBeLessThan(10)
      expect(await entries()).toEqual(['192.0.2.1'])
    })

    it('is each time, while the history gets an entry for a new address, and now and then', async () => {
      token = await gate.newToken('alice')
      for (const [from, count] of [
        ['192.0.2.1', 1],
        ['192.0.2.1', 1],
        ['192.0.2.2', 2],
        ['192.0.2.1', 3],
      ] as const) {
        gate.test.advance(60)
        await use(from)
        await gate.porthor.lastUsed.write()
        expect(now() - ((await lastUsed()) ?? 0)).toBeLessThan(10)
        expect(await entries()).toHaveLength(count)
      }
      gate.test.advance(600)
      await use('192.0.2.1')
      await gate.porthor.lastUsed.write()
      expect(await entries()).toEqual(['192.0.2.1', '192.0.2.1', '192.0.2.2', '192.0.2.1'])
    })

    it('is not when it was refused', async () => {
      token = await gate.newToken('alice')
      expect(await use('192.0.2.1', '?scope=exec:test')).toBe(403)
      await gate.porthor.lastUsed.write()
      expect([await lastUsed(), await entries()]).toEqual([null, []])
    })

    it('counts for the API too, and shows there', async () => {
      token = await gate.newToken('alice')
      expect(await use('192.0.2.3', '/auth/api/v1/token-info')).toBe(200)
      await gate.porthor.lastUsed.write()
      const reply = await gate.ask('/auth/api/v1/token-info', bearer(token))
      expect(JSON.parse(reply.text).last_used).toBe(await lastUsed())
      expect(await entries()).toEqual(['192.0.2.3'])
    })

    it('is written once more at a clean end', async ({ skip }) => {
      if (gate.porthor.database.kind === 'embedded') return skip('another process cannot open it')
      const { config, clock } = gate.porthor
      token = await gate.newToken('alice')
      const other = await openPorthor({ config, log: silentLog, clock })
      other.lastUsed.note({ data: { token } }, '192.0.2.9')
      await other.close()
      expect(await entries()).toEqual(['192.0.2.9'])
    })

    it('waits for nobody who holds the token, and is written the next time', async ({ skip }) => {
      if (gate.porthor.database.kind === 'embedded')
        return skip('there is one connection, nobody to wait for')
      token = await gate.newToken('alice')
      await use()
      const holder = await gate.porthor.database.db.startTransaction().execute()
      await new TokenLocks(holder).lockToken(token.key)
      await gate.porthor.lastUsed.write()
      expect(await lastUsed()).toBeNull()
      await holder.rollback().execute()
      await gate.porthor.lastUsed.write()
      expect(await lastUsed()).not.toBeNull()
      expect(await entries()).toHaveLength(1)
    })
  })
})

it('what cannot be written is kept, and logged', { timeout: 90_000 }, async () => {
  const [embedded] = porthorBackends
  const gate = await startGate(embedded)
  const { db } = gate.porthor.database
  const token = await gate.newToken('alice')
  const errors: string[] = []
  const log = { ...silentLog, error: (_: object, event: string) => errors.push(event) }
  let isAway = true
  const sometimes = new Proxy(db, {
    get(target, name) {
      if (name === 'transaction' && isAway) throw new Error('away')
      const member = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  const lastUsed = new LastUsed({ db: sometimes, clock: gate.porthor.clock, log })
  lastUsed.note({ data: { token } }, null)
  await lastUsed.write()
  expect(errors).toEqual(['Uses of tokens cannot be recorded'])
  isAway = false
  await lastUsed.close()
  expect((await new TokenDatabaseStore(db).getInfo(token.key))?.lastUsed).not.toBeNull()
  await gate.close()
})
