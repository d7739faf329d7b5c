import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nowSeconds } from '../../src/models/clock.ts'
import { StoreUnavailableError } from '../../src/models/errors.ts'
import type { Token } from '../../src/models/token.ts'
import { bareUserInfo, type TokenData } from '../../src/models/token-data.ts'
import { type Caller, internalCaller } from '../../src/services/caller.ts'
import { DelegationService } from '../../src/services/delegation-service.ts'
import { Operations } from '../../src/services/operation.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { TokenService } from '../../src/services/token-service.ts'
import { UserService } from '../../src/services/user-service.ts'
import { type CommitFault, FaultyDatabase } from '../support/faulty-database.ts'
import { porthorBackends, type TestPorthor } from '../support/porthor.ts'

const onPostgres = porthorBackends.filter(({ name }) => name !== 'embedded')
const faults: CommitFault[] = ['committed', 'rolled back']

describe.each(onPostgres)('$name: a COMMIT of unknown outcome', ({ available, open }) => {
  describe.skipIf(available !== true).each(faults)('that was %s', (fault) => {
    let test: TestPorthor
    let faulty: FaultyDatabase
    let tokens: TokenService
    let delegation: DelegationService
    let users: UserService
    let counter = 0
    const committed = fault === 'committed'

    beforeAll(async () => {
      test = await open()
      const { porthor, config } = test
      const { database, data, clock } = porthor
      if (config.database.kind !== 'postgresql') throw new Error('PostgreSQL alone has such COMMITs')
      faulty = new FaultyDatabase(config.database.url)
      const { db } = faulty
      const bless = async () => porthor.redisTrust?.replay()
      const onChanged = (keys: ReadonlySet<string> | null) =>
        keys ? porthor.verifier.forget(keys) : porthor.verifier.forgetEverything()
      const operations = new Operations({ db, data, clock, timeouts: true, bless, onChanged })
      const rules = {
        knownScopes: config.knownScopes.map(({ name }) => name),
        tokenLifetimeSeconds: config.tokenLifetimeSeconds,
        maximumTokenLifetimeSeconds: null,
        maximumTokensPerUser: null,
      }
      const parts = { operations, db: database.db, data, rules, clock, log: silentLog }
      tokens = new TokenService(parts)
      delegation = new DelegationService({ ...parts, verifier: porthor.verifier })
      users = new UserService(parts)
    })
    afterAll(async () => {
      await faulty?.db.destroy()
      await test?.close()
    })

    async function verified(token: Token): Promise<TokenData | null> {
      const verification = await test.porthor.verifier.verify(token)
      return verification.kind === 'valid' ? verification.data : null
    }

    async function newToken() {
      const username = `user-f${++counter}`
      const session = await tokens.createSession(bareUserInfo(username), ['exec:test', 'read:all'], null)
      const auth = await verified(session)
      if (!auth) throw new Error('A new session must verify')
      const caller: Caller = { username, scopes: auth.scopes, tokenKey: session.key, ipAddress: null }
      const request = { tokenName: 'laptop', scopes: ['exec:test', 'read:all'], expires: null }
      const token = await tokens.createUserToken(caller, auth, username, request)
      const data = await verified(token)
      if (!data) throw new Error('A new token must verify')
      return { username, caller, auth, token, data }
    }

    const listed = async (username: string) =>
      (await tokens.listTokens(internalCaller, username)).map(({ token }) => token)

    /** Both stores agree, whatever happened. */
    async function expectAgreement(): Promise<void> {
      const run = test.porthor.reconciler.audit({ fix: false })
      expect(await run.next()).toMatchObject({ done: true, value: { findings: 0 } })
    }

    it('hands out a new token only where it is there', async () => {
      const { username, caller, auth } = await newToken()
      const before = await listed(username)
      faulty.failNextCommit(fault)
      const request = { tokenName: 'other', scopes: [], expires: null }
      const creating = tokens.createUserToken(caller, auth, username, request)
      if (committed) expect(await verified(await creating)).not.toBeNull()
      else await expect(creating).rejects.toThrow(StoreUnavailableError)
      expect(await listed(username)).toHaveLength(before.length + (committed ? 1 : 0))
      await expectAgreement()
    })

    it('hands out a new child only where it is there', async () => {
      const { username, data } = await newToken()
      faulty.failNextCommit(fault)
      const delegating = delegation.getNotebookToken({ parent: data, ipAddress: null })
      if (committed) expect(await verified((await delegating).token)).not.toBeNull()
      else await expect(delegating).rejects.toThrow(StoreUnavailableError)
      expect(await listed(username)).toHaveLength(committed ? 3 : 2)
      await expectAgreement()
    })

    it('revokes all the same', async () => {
      const { username, token, data } = await newToken()
      const child = await delegation.getNotebookToken({ parent: data, ipAddress: null })
      faulty.failNextCommit(fault)
      await tokens.revokeToken(internalCaller, username, token.key)
      expect(await verified(token)).toBeNull()
      expect(await verified(child.token)).toBeNull()
      expect(await listed(username)).not.toContain(token.key)
      await expectAgreement()
    })

    it('says truly whether a change was made', async () => {
      const { username, token } = await newToken()
      faulty.failNextCommit(fault)
      const end = nowSeconds(test.porthor.clock) + 5000
      const changing = tokens.modifyToken(internalCaller, username, token.key, {
        scopes: ['read:all'],
        expires: end,
      })
      if (committed) expect(await changing).toMatchObject({ scopes: ['read:all'], expires: end })
      else await expect(changing).rejects.toThrow(StoreUnavailableError)
      // What was taken from the data before the COMMIT is not given back by itself: never more than the row says.
      const data = await verified(token)
      expect(data?.scopes).toEqual(committed || test.redis ? ['read:all'] : ['exec:test', 'read:all'])
      const run = test.porthor.reconciler.audit({ fix: true })
      for await (const _ of run);
      await expectAgreement()
    })

    it('hands out a new secret only where it is in force', async () => {
      const { username, token } = await newToken()
      faulty.failNextCommit(fault)
      const rotating = tokens.rotateToken(internalCaller, username, token.key, 600)
      if (committed) expect(await verified(await rotating)).not.toBeNull()
      else await expect(rotating).rejects.toThrow(StoreUnavailableError)
      expect(await verified(token)).not.toBeNull()
      for await (const _ of test.porthor.reconciler.audit({ fix: true }));
      expect(await verified(token)).not.toBeNull()
      await expectAgreement()
    })

    it('freezes and unfreezes all the same', async () => {
      const { username, token } = await newToken()
      faulty.failNextCommit(fault)
      await users.freeze(internalCaller, username)
      await expect.poll(async () => (await test.porthor.verifier.verify(token)).kind).toBe('frozen')
      faulty.failNextCommit(fault)
      await users.unfreeze(internalCaller, username)
      await expect.poll(async () => (await test.porthor.verifier.verify(token)).kind).toBe('valid')
    })
  })
})
