import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { nowSeconds } from '../../src/models/clock.ts'
import { Token } from '../../src/models/token.ts'
import type { TokenData } from '../../src/models/token-data.ts'
import { internalCaller } from '../../src/services/caller.ts'
import { DelegationService } from '../../src/services/delegation-service.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { TokenDatabaseStore } from '../../src/storage/token-database-store.ts'
import { porthorBackends } from '../support/porthor.ts'
import { bearer, type GateReply, type GateServer, serveGate, startGate } from './gate-server.ts'

describe.each(porthorBackends)('$name: a delegated token', (backend) => {
  describe.skipIf(backend.available !== true)('', () => {
    let gate: GateServer
    let users = 0

    beforeAll(async () => {
      gate = await startGate(backend)
    })
    afterAll(() => gate?.close())

    async function newUser(options: Parameters<GateServer['newToken']>[1] = {}) {
      const username = `user-d${++users}`
      return { username, token: await gate.newToken(username, options) }
    }

    async function childOf(token: Token, query: string): Promise<Token> {
      return childIn(await gate.ask(`?${query}`, bearer(token)))
    }

    async function dataOf(token: Token): Promise<TokenData> {
      const verification = await gate.porthor.verifier.verify(token)
      if (verification.kind !== 'valid') throw new Error(`${token.key} is not valid`)
      return verification.data
    }

    const childrenOf = (token: Token) =>
      new TokenDatabaseStore(gate.porthor.database.db).getChildren(token.key)

    const INTERNAL = 'delegate_to=svc&delegate_scope=read:all'

    it('has the wanted scopes that its parent has, and ends with its parent', async () => {
      const expires = nowSeconds(gate.porthor.clock) + 3600
      const { token } = await newUser({ scopes: ['exec:test', 'read:all'], expires })
      const child = await childOf(token, `${INTERNAL}&delegate_scope=read:some&delegate_scope=no:such`)
      const about = { username: `user-d${users}`, expires }
      expect(await dataOf(child)).toMatchObject({
        ...about,
        ...{ tokenType: 'internal', service: 'svc', scopes: ['read:all'] },
      })
      expect(await dataOf(await childOf(token, 'notebook=true'))).toMatchObject({
        ...about,
        ...{ tokenType: 'notebook', service: null, scopes: ['exec:test', 'read:all'] },
      })
      expect(await dataOf(await childOf(token, 'delegate_to=svc'))).toMatchObject({ scopes: [] })
    })

    it('is one for 100 requests at once', async () => {
      for (const query of [INTERNAL, 'notebook=true']) {
        const { token } = await newUser()
        const replies = await Promise.all(
          Array.from({ length: 100 }, () => gate.ask(`?${query}`, bearer(token))),
        )
        expect(replies.filter(({ status }) => status !== 200)).toEqual([])
        expect(new Set(replies.map((reply) => `${childIn(reply)}`)).size).toBe(1)
        expect(await childrenOf(token)).toHaveLength(1)
      }
    })

    it('is each service’s own, whatever number stands at the end of its name', async () => {
      const { token } = await newUser()
      const [tap, tap1] = await Promise.all([
        childOf(token, 'delegate_to=tap&minimum_lifetime=1300'),
        childOf(token, 'delegate_to=tap1&minimum_lifetime=300'),
      ])
      expect([(await dataOf(tap)).service, (await dataOf(tap1)).service]).toEqual(['tap', 'tap1'])
    })

    it('is asked for once by those who want the same at the same time', async () => {
      const { token } = await newUser()
      const { operations, verifier, database, data, clock, config } = gate.porthor
      const run = vi.spyOn(operations, 'run')
      const rules = {
        knownScopes: config.knownScopes.map(({ name }) => name),
        tokenLifetimeSeconds: config.tokenLifetimeSeconds,
        maximumTokenLifetimeSeconds: null,
        maximumTokensPerUser: null,
      }
      const log = silentLog
      const service = new DelegationService({
        ...{ operations, verifier, data, clock, rules, log },
        db: database.db,
      })
      const parent = await dataOf(token)
      await Promise.all(
        Array.from({ length: 50 }, () => service.getNotebookToken({ parent, ipAddress: null })),
      )
      expect(run).toHaveBeenCalledTimes(1)
      run.mockRestore()
    })

    it('is one for four processes', async ({ skip }) => {
      const others = await Promise.all([gate.test.another(), gate.test.another(), gate.test.another()])
      const processes = [gate.ask]
      const servers = []
      for (const other of others) {
        if (!other) return skip('the embedded database is for one process')
        const server = await serveGate(other, silentLog)
        servers.push(server)
        processes.push(server.ask)
      }
      for (const query of [INTERNAL, 'notebook=true']) {
        const { token } = await newUser()
        const replies = await Promise.all(
          Array.from({ length: 100 }, (_, index) =>
            (processes[index % 4] ?? gate.ask)(`?${query}`, bearer(token)),
          ),
        )
        expect(new Set(replies.map((reply) => `${childIn(reply)}`)).size).toBe(1)
        expect(await childrenOf(token)).toHaveLength(1)
      }
      for (const server of servers) await server.close()
    })

    it('is the same again, by whatever form it is asked for, and another for anything else', async () => {
      const { token } = await newUser({ scopes: ['exec:test', 'read:all'] })
      const same = [
        INTERNAL,
        `${INTERNAL}&delegate_scope=read:all`,
        `${INTERNAL}&delegate_scope=read:some`,
        `${INTERNAL}&service=svc&minimum_lifetime=86400`,
        'delegate_to=other&delegate_to=svc&delegate_scope=read:all',
      ]
      const others = [
        'delegate_to=other&delegate_scope=read:all',
        'delegate_to=svc&delegate_scope=exec:test',
        'delegate_to=svc&delegate_scope=exec:test&delegate_scope=read:all',
        'delegate_to=svc&delegate_scope=read:all,exec:test',
        'notebook=true',
      ]
      const find = async (queries: string[]) =>
        Promise.all(queries.map(async (query) => `${await childOf(token, query)}`))
      expect(new Set(await find(same)).size).toBe(1)
      expect(new Set([...(await find(same)), ...(await find(others))]).size).toBe(1 + others.length)
      expect(await childrenOf(token)).toHaveLength(1 + others.length)
    })

    it('is found in memory, without a question to any store', async () => {
      const { token } = await newUser()
      const child = await childOf(token, INTERNAL)
      expect(await childOf(token, INTERNAL)).toEqual(child)
      const parent = await dataOf(token)
      const request = { parent, ipAddress: null, minimumLifetimeSeconds: 300 }
      const wish = { kind: 'internal' as const, service: 'svc', scopes: ['read:all'] }
      expect(gate.porthor.delegation.getFromMemory(request, wish)?.toString()).toBe(child?.toString())
      const longer = { ...request, minimumLifetimeSeconds: 2_592_001 }
      expect(gate.porthor.delegation.getFromMemory(longer, wish)).toBeNull()
      expect(gate.porthor.delegation.getFromMemory(request, { ...wish, scopes: [] })).toBeNull()
    })

    it('is found again by another process', async ({ skip }) => {
      const { token } = await newUser()
      const child = await childOf(token, INTERNAL)
      const other = await gate.test.another()
      if (!other) return skip('the embedded database is for one process')
      const parent = await dataOf(token)
      const found = await other.delegation.getInternalToken({ parent, ipAddress: null }, 'svc', ['read:all'])
      expect(found.token).toEqual(child)
    })

    it('is forgotten at once when it is revoked, and made anew', async () => {
      const { username, token } = await newUser()
      const child = await childOf(token, INTERNAL)
      await gate.porthor.tokens.revokeToken(internalCaller, username, child.key)
      const next = await childOf(token, INTERNAL)
      expect(next.key).not.toBe(child.key)
      expect(await dataOf(next)).toMatchObject({ service: 'svc' })
      expect((await gate.ask('', bearer(child))).status).toBe(401)
    })

    it('ends with its parent', async () => {
      const { username, token } = await newUser()
      const child = await childOf(token, INTERNAL)
      expect((await gate.ask('', bearer(child))).status).toBe(200)
      await gate.porthor.tokens.revokeToken(internalCaller, username, token.key)
      expect((await gate.ask(`?${INTERNAL}`, bearer(token))).status).toBe(401)
      expect((await gate.ask('', bearer(child))).status).toBe(401)
    })

    it('follows its parent’s scopes', async () => {
      const { username, token } = await newUser({ scopes: ['exec:test', 'read:all'] })
      const notebook = await childOf(token, 'notebook=true')
      await gate.porthor.tokens.modifyToken(internalCaller, username, token.key, { scopes: ['read:all'] })
      const next = await childOf(token, 'notebook=true')
      expect(await dataOf(next)).toMatchObject({ scopes: ['read:all'] })
      expect(await dataOf(notebook)).toMatchObject({ scopes: ['read:all'] })
      const internal = await childOf(token, 'delegate_to=svc&delegate_scope=exec:test')
      expect(await dataOf(internal)).toMatchObject({ scopes: [] })
    })

    it('is renewed when less of its life is left than is wanted', async () => {
      const { token } = await newUser()
      const first = await childOf(token, 'notebook=true')
      gate.test.advance(3_000)
      expect(await childOf(token, 'notebook=true')).toEqual(first)
      const most = gate.porthor.config.tokenLifetimeSeconds - 300
      const second = await childOf(token, `notebook=true&minimum_lifetime=${most}`)
      expect(second.key).not.toBe(first.key)
      expect(await childOf(token, 'notebook=true')).toEqual(second)
    })

    it('is not made for who is refused', async () => {
      const { token } = await newUser()
      for (const rule of ['scope=exec:test', 'username=nobody', 'only_service=x']) {
        expect((await gate.ask(`?${rule}&notebook=true`, bearer(token))).status).toBe(403)
      }
      expect(await childrenOf(token)).toEqual([])
    })

    it('names its parent, its maker and where it was asked for in the history', async () => {
      const { username, token } = await newUser()
      const child = await childOf(token, INTERNAL)
      const { entries } = await gate.porthor.tokens.getTokenHistory(internalCaller, username, child.key)
      expect(entries).toMatchObject([
        { action: 'create', actor: username, parent: token.key, ipAddress: '127.0.0.1', service: 'svc' },
      ])
    })

    it('leaves out a scope that this installation no longer knows', async () => {
      const { token } = await newUser()
      const parent = { ...(await dataOf(token)), scopes: ['old:scope', 'read:all'] }
      const scopes = ['old:scope', 'read:all']
      const child = await gate.porthor.delegation.getInternalToken({ parent, ipAddress: null }, 'svc', scopes)
      expect(child.scopes).toEqual(['read:all'])
    })
  })
})

function childIn(reply: GateReply): Token {
  expect(reply.status).toBe(200)
  return Token.parse(reply.get('x-auth-request-token') ?? '')
}
