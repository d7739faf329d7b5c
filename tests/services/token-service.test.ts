import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Porthor } from '../../src/composition.ts'
import { nowSeconds } from '../../src/models/clock.ts'
import {
  DuplicateTokenNameError,
  FrozenUserError,
  InvalidExpiresError,
  InvalidScopesError,
  InvalidTokenError,
  LimitReachedError,
  NotFoundError,
  PermissionDeniedError,
} from '../../src/models/errors.ts'
import { Token } from '../../src/models/token.ts'
import { bareUserInfo, type TokenData } from '../../src/models/token-data.ts'
import { type Caller, internalCaller } from '../../src/services/caller.ts'
import { porthorBackends, type TestPorthor } from '../support/porthor.ts'
import { openStores } from '../support/stores.ts'

const ADDRESS = '192.0.2.1'

describe.each(porthorBackends)('$name: the token service', ({ available, open }) => {
  describe.skipIf(available !== true)('over real stores', () => {
    let test: TestPorthor
    let porthor: Porthor
    let users = 0

    beforeAll(async () => {
      test = await open()
      porthor = test.porthor
    })
    afterAll(() => test?.close())

    const now = () => nowSeconds(porthor.clock)
    const newUser = () => `user-x${++users}`
    const asAdmin: Caller = internalCaller

    async function verified(token: Token): Promise<TokenData | null> {
      const verification = await porthor.verifier.verify(token)
      return verification.kind === 'valid' ? verification.data : null
    }

    async function session(username = newUser(), scopes = ['read:all', 'exec:test']) {
      const token = await porthor.tokens.createSession(bareUserInfo(username), scopes, ADDRESS)
      const data = await verified(token)
      if (!data) throw new Error('A new session must verify')
      const caller: Caller = { username, scopes: data.scopes, tokenKey: token.key, ipAddress: ADDRESS }
      return { token, data, caller, username }
    }

    async function userToken(
      options: { scopes?: string[]; expires?: number | null; tokenName?: string } = {},
    ) {
      const owner = await session()
      const { tokenName = 'laptop', scopes = ['read:all'], expires = null } = options
      const request = { tokenName, scopes, expires }
      const token = await porthor.tokens.createUserToken(owner.caller, owner.data, owner.username, request)
      return { ...owner, user: token }
    }

    const delegate = async (parent: Token, service = 'tap', scopes = ['read:all']) => {
      const data = await verified(parent)
      if (!data) throw new Error('The parent must verify')
      return porthor.delegation.getInternalToken({ parent: data, ipAddress: ADDRESS }, service, scopes)
    }

    const historyOf = async (username: string) =>
      (await porthor.tokens.getChangeHistory(asAdmin, { username })).entries

    const historyOfToken = async ({ key }: Token) =>
      (await porthor.tokens.getChangeHistory(asAdmin, { key })).entries

    it('gives a session user:token, and an administrator admin:token too', async () => {
      expect((await session()).data.scopes).toEqual(['exec:test', 'read:all', 'user:token'])
      expect((await session('admin')).data.scopes).toContain('admin:token')
    })

    it('makes no session with more scopes than there is room for', async () => {
      const scopes = Array.from({ length: 30 }, (_, index) => `read:something-else-${index + 10}`)
      await expect(session(newUser(), scopes)).rejects.toThrow(InvalidScopesError)
    })

    it('creates a user token that is listed, verifies and is in the history', async () => {
      const { user, caller, username } = await userToken({ scopes: ['read:all', 'exec:test'] })
      expect(await verified(user)).toMatchObject({
        username,
        tokenType: 'user',
        scopes: ['exec:test', 'read:all'],
      })
      const listed = await porthor.tokens.listTokens(caller, username)
      expect(listed.map((info) => info.tokenName).sort()).toEqual(['laptop', null].sort())
      const [entry] = await historyOf(username)
      expect(entry).toMatchObject({
        token: user.key,
        action: 'create',
        actor: username,
        tokenName: 'laptop',
        ipAddress: ADDRESS,
      })
    })

    it('refuses a token with another secret', async () => {
      const { user } = await userToken()
      expect(await porthor.verifier.verify(Token.withKey(user.key))).toEqual({ kind: 'unknown' })
    })

    it('refuses scopes beyond the caller and unknown ones, too near an end, and a taken name', async () => {
      const { caller, data, username } = await userToken()
      const create = (request: Partial<{ tokenName: string; scopes: string[]; expires: number | null }>) =>
        porthor.tokens.createUserToken(caller, data, username, {
          tokenName: 'other',
          scopes: [],
          expires: null,
          ...request,
        })
      await expect(create({ scopes: ['read:some'] })).rejects.toThrow(InvalidScopesError)
      await expect(create({ scopes: ['no:such'] })).rejects.toThrow(InvalidScopesError)
      await expect(create({ expires: now() + 299 })).rejects.toThrow(InvalidExpiresError)
      await expect(create({ tokenName: 'laptop' })).rejects.toThrow(DuplicateTokenNameError)
    })

    it('lets nobody manage the tokens of others, save administrators', async () => {
      const { username, user } = await userToken()
      const stranger = await session()
      await expect(porthor.tokens.listTokens(stranger.caller, username)).rejects.toThrow(
        PermissionDeniedError,
      )
      await expect(porthor.tokens.revokeToken(stranger.caller, username, user.key)).rejects.toThrow(
        PermissionDeniedError,
      )
      await expect(porthor.tokens.getTokenInfo(stranger.caller, stranger.username, user.key)).rejects.toThrow(
        NotFoundError,
      )
      expect(await porthor.tokens.getTokenInfo(asAdmin, username, user.key)).toMatchObject({
        token: user.key,
      })
    })

    it('makes no token for a maker that has been revoked meanwhile', async () => {
      const { caller, data, username, token } = await session()
      await porthor.tokens.revokeToken(caller, username, token.key)
      const request = { tokenName: 'late', scopes: [], expires: null }
      await expect(porthor.tokens.createUserToken(caller, data, username, request)).rejects.toThrow(
        InvalidTokenError,
      )
    })

    it('gives the name of an expired token to whoever wants it', async () => {
      const { caller, data, username, user } = await userToken({ expires: now() + 301 })
      test.advance(302)
      const request = { tokenName: 'laptop', scopes: [], expires: null }
      const again = await porthor.tokens.createUserToken(caller, data, username, request)
      expect(again.key).not.toBe(user.key)
      expect((await historyOf(username)).map((entry) => entry.action)).toContain('expire')
    })

    describe('delegation', () => {
      it('gives the same child to all who ask at once, and narrows its scopes to the parent', async () => {
        const { user } = await userToken()
        const children = await Promise.all(
          Array.from({ length: 20 }, () => delegate(user, 'tap', ['read:all', 'exec:test'])),
        )
        expect(new Set(children.map((child) => child.token.key)).size).toBe(1)
        expect(children[0]).toMatchObject({ tokenType: 'internal', service: 'tap', scopes: ['read:all'] })
      })

      it('gives the same child in every process', async () => {
        const other = await test.another()
        if (!other) return
        const { user } = await userToken()
        const parent = await verified(user)
        if (!parent) throw new Error('The parent must verify')
        const ask = (one: Porthor) => one.delegation.getNotebookToken({ parent, ipAddress: ADDRESS })
        const children = await Promise.all(
          Array.from({ length: 20 }, (_, index) => ask(index % 2 ? porthor : other)),
        )
        expect(new Set(children.map((child) => child.token.key)).size).toBe(1)
      })

      it('gives the child that there is to who asked before the parent lost a scope and some of its life', async () => {
        const { user, username } = await userToken({ scopes: ['read:all', 'user:token'] })
        const parent = await verified(user)
        if (!parent) throw new Error('The parent must verify')
        const ask = async () => [
          (await porthor.delegation.getNotebookToken({ parent, ipAddress: ADDRESS })).token.key,
          (await porthor.delegation.getInternalToken({ parent, ipAddress: ADDRESS }, 'tap', parent.scopes))
            .token.key,
        ]
        const children = await ask()
        const changes = { scopes: ['read:all'], expires: now() + 3_600 }
        await porthor.tokens.modifyToken(asAdmin, username, user.key, changes)
        expect(await ask()).toEqual(children)
      })

      it('gives a new child once half of its life is over', async () => {
        const { user } = await userToken()
        const first = await delegate(user)
        test.advance(14 * 86_400)
        expect((await delegate(user)).token.key).toBe(first.token.key)
        test.advance(2 * 86_400)
        expect((await delegate(user)).token.key).not.toBe(first.token.key)
      })

      it('never lets a child outlive its parent', async () => {
        const end = now() + 3600
        const { user } = await userToken({ expires: end })
        expect((await delegate(user)).expires).toBe(end)
        test.advance(3601)
        expect(await verified(user)).toBeNull()
      })

      it('refuses a child of a parent that has been revoked', async () => {
        const { user, caller, username } = await userToken()
        const parent = await verified(user)
        if (!parent) throw new Error('The parent must verify')
        await porthor.tokens.revokeToken(caller, username, user.key)
        const asked = porthor.delegation.getNotebookToken({ parent, ipAddress: ADDRESS })
        await expect(asked).rejects.toThrow(InvalidTokenError)
      })
    })

    describe('revocation', () => {
      it('ends a token with all below it, and says in the history what ended because of what', async () => {
        const { user, caller, username } = await userToken()
        const child = await delegate(user)
        const grandchild = await delegate(child.token, 'other')
        const ended = await porthor.tokens.revokeToken(caller, username, user.key)
        expect(new Set(ended.map((info) => info.token))).toEqual(
          new Set([user.key, child.token.key, grandchild.token.key]),
        )
        for (const token of [user, child.token, grandchild.token]) expect(await verified(token)).toBeNull()
        const [top, second, third] = await historyOf(username)
        expect(top).toMatchObject({ token: user.key, action: 'revoke', ancestor: null })
        expect(second).toMatchObject({ token: child.token.key, parent: user.key, ancestor: user.key })
        expect(third).toMatchObject({
          token: grandchild.token.key,
          parent: child.token.key,
          ancestor: user.key,
        })
      })

      it('says that a token is gone the second time', async () => {
        const { user, caller, username } = await userToken()
        await porthor.tokens.revokeToken(caller, username, user.key)
        await expect(porthor.tokens.revokeToken(caller, username, user.key)).rejects.toThrow(NotFoundError)
      })

      it('of a token that only the data knows is in the history once, also where two ask for it', async () => {
        const { user, username, caller, data } = await userToken()
        const unlisted = Token.generate()
        await openStores(test).write({ ...data, token: unlisted })
        const revoking = [1, 2].map(() => porthor.tokens.revokeToken(caller, username, unlisted.key))
        const outcomes = (await Promise.allSettled(revoking)).map(({ status }) => status)
        expect(outcomes).toContain('fulfilled')
        expect(await verified(unlisted)).toBeNull()
        expect(await verified(user)).not.toBeNull()
        expect(await historyOfToken(unlisted)).toMatchObject([
          { action: 'revoke', username, actor: username, ipAddress: ADDRESS, scopes: data.scopes },
        ])
        expect(await openStores(test).row(unlisted.key)).toBeNull()
      })

      it('of what came back without a row does not end it a second time in the history', async () => {
        const { user, username, caller } = await userToken()
        const data = await verified(user)
        if (!data) throw new Error('A new token must verify')
        await porthor.tokens.revokeToken(caller, username, user.key)
        await openStores(test).write(data)
        await porthor.tokens.revokeToken(caller, username, user.key)
        expect(await verified(user)).toBeNull()
        expect((await historyOfToken(user)).map(({ action }) => action)).toEqual(['revoke', 'create'])
      })

      it('ends everything of a user, and leaves others alone', async () => {
        const { user, token, username } = await userToken()
        const other = await userToken()
        await delegate(user)
        const ended = await porthor.tokens.revokeAllOfUser(asAdmin, username)
        expect(ended).toHaveLength(3)
        expect(await verified(token)).toBeNull()
        expect(await verified(other.user)).not.toBeNull()
      })

      it('lets no child survive that was asked for at the same time', async () => {
        for (let round = 0; round < 5; round++) {
          const { user, caller, username } = await userToken()
          const parent = await verified(user)
          if (!parent) throw new Error('The parent must verify')
          const asking = Array.from({ length: 5 }, (_, index) =>
            porthor.delegation.getInternalToken({ parent, ipAddress: ADDRESS }, `service${index}`, []),
          )
          const revoking = porthor.tokens.revokeToken(caller, username, user.key)
          const children = await Promise.allSettled([...asking, revoking])
          for (const child of children.slice(0, -1)) {
            if (child.status === 'fulfilled')
              expect(await verified((child.value as TokenData).token)).toBeNull()
            else expect(child.reason).toBeInstanceOf(InvalidTokenError)
          }
        }
      })
    })

    describe('modification', () => {
      const modify = (
        username: string,
        key: string,
        changes: Parameters<typeof porthor.tokens.modifyToken>[3],
      ) => porthor.tokens.modifyToken(asAdmin, username, key, changes)

      it('narrows the token and all below it at once', async () => {
        const { user, username } = await userToken({ scopes: ['read:all', 'exec:test'] })
        const child = await delegate(user, 'tap', ['read:all', 'exec:test'])
        const end = now() + 1000
        await modify(username, user.key, { scopes: ['read:all'], expires: end })
        expect(await verified(user)).toMatchObject({ scopes: ['read:all'], expires: end })
        expect(await verified(child.token)).toMatchObject({ scopes: ['read:all'], expires: end })
        const [first, second] = await historyOf(username)
        expect([first, second]).toEqual(
          expect.arrayContaining([
            expect.objectContaining({
              token: user.key,
              action: 'edit',
              oldScopes: ['exec:test', 'read:all'],
            }),
            expect.objectContaining({
              token: child.token.key,
              action: 'edit',
              ancestor: user.key,
              cause: 'narrowed',
            }),
          ]),
        )
      })

      it('widens in the data what it widens in the row', async () => {
        const { user, username } = await userToken({ scopes: [], expires: now() + 400 })
        const info = await modify(username, user.key, { scopes: ['read:all', 'read:some'], expires: null })
        expect(info).toMatchObject({ scopes: ['read:all', 'read:some'], expires: null })
        expect(await verified(user)).toMatchObject({ scopes: ['read:all', 'read:some'], expires: null })
        test.advance(401)
        expect(await verified(user)).not.toBeNull()
      })

      it('narrows one thing and widens another in one go', async () => {
        const { user, username } = await userToken({ scopes: ['read:all'] })
        const end = now() + 4000
        await modify(username, user.key, { scopes: ['read:some'], expires: end })
        expect(await verified(user)).toMatchObject({ scopes: ['read:some'], expires: end })
      })

      it('takes an empty set of scopes for what it is, and an absent one for no change', async () => {
        const { user, username } = await userToken()
        await modify(username, user.key, { tokenName: 'renamed' })
        expect(await verified(user)).toMatchObject({ scopes: ['read:all'] })
        await modify(username, user.key, { scopes: [] })
        expect(await verified(user)).toMatchObject({ scopes: [] })
      })

      it('records nothing where nothing changes', async () => {
        const { user, username } = await userToken()
        const before = await historyOf(username)
        await modify(username, user.key, {})
        await modify(username, user.key, { tokenName: 'laptop', scopes: ['read:all'], expires: null })
        expect(await historyOf(username)).toEqual(before)
      })

      it('refuses other types, taken names, and tokens that are gone or expired', async () => {
        const { user, username, token, caller, data } = await userToken({ expires: now() + 400 })
        await porthor.tokens.createUserToken(caller, data, username, {
          tokenName: 'two',
          scopes: [],
          expires: null,
        })
        await expect(modify(username, token.key, { scopes: [] })).rejects.toThrow(PermissionDeniedError)
        await expect(modify(username, user.key, { tokenName: 'two' })).rejects.toThrow(
          DuplicateTokenNameError,
        )
        test.advance(401)
        await expect(modify(username, user.key, { expires: null })).rejects.toThrow(NotFoundError)
      })
    })

    describe('rotation', () => {
      it('gives a new secret at once and keeps the old one for the overlap', async () => {
        const { user, username, caller } = await userToken()
        const child = await delegate(user)
        const rotated = await porthor.tokens.rotateToken(caller, username, user.key, 600)
        expect(rotated.key).toBe(user.key)
        expect(await verified(rotated)).not.toBeNull()
        expect(await verified(user)).not.toBeNull()
        expect(await verified(child.token)).not.toBeNull()
        test.advance(601)
        expect(await verified(user)).toBeNull()
        expect(await verified(rotated)).not.toBeNull()
        expect((await historyOf(username))[0]).toMatchObject({ action: 'edit', cause: 'rotate' })
      })

      it('without an overlap ends the old secret at once', async () => {
        const { user, username, caller } = await userToken()
        const rotated = await porthor.tokens.rotateToken(caller, username, user.key, 0)
        expect(await verified(user)).toBeNull()
        const again = await porthor.tokens.rotateToken(caller, username, user.key, 0)
        expect(await verified(rotated)).toBeNull()
        expect(await verified(again)).not.toBeNull()
      })

      const callerOf = (username: string, token: Token, scopes: string[]): Caller => ({
        ...{ username, scopes, tokenKey: token.key, ipAddress: ADDRESS },
      })

      it('gives nobody the secret of a token with scopes that theirs does not have', async () => {
        const { username, user: narrow } = await userToken({ scopes: ['user:token'] })
        const wide = await moreOf(username, 'wide', ['read:all', 'user:token'])
        const narrowCaller = callerOf(username, narrow, ['user:token'])
        await expect(porthor.tokens.rotateToken(narrowCaller, username, wide.key, 60)).rejects.toThrow(
          InvalidScopesError,
        )
        // What the caller's token had when it was verified does not count either: its row does.
        const stale = callerOf(username, narrow, ['read:all', 'user:token'])
        await expect(porthor.tokens.rotateToken(stale, username, wide.key, 60)).rejects.toThrow(
          InvalidScopesError,
        )
        expect(await verified(wide)).not.toBeNull()
        expect((await historyOf(username))[0]?.cause).toBeNull()
      })

      it('gives whoever has the scopes the secret, be their key the lesser or the greater', async () => {
        const { username, user } = await userToken({ scopes: ['read:all', 'user:token'] })
        const other = await moreOf(username, 'other', ['read:all', 'user:token'])
        for (const [asking, asked] of [
          [user, other],
          [other, user],
        ] as const) {
          const rotated = await porthor.tokens.rotateToken(
            callerOf(username, asking, ['read:all', 'user:token']),
            username,
            asked.key,
            60,
          )
          expect(rotated.key).toBe(asked.key)
        }
      })

      it('of each other at once by two tokens ends well, whoever is first', async () => {
        const { username, user } = await userToken({ scopes: ['user:token'] })
        const other = await moreOf(username, 'other', ['user:token'])
        for (let round = 0; round < 5; round++) {
          await Promise.all([
            porthor.tokens.rotateToken(callerOf(username, user, ['user:token']), username, other.key, 60),
            porthor.tokens.rotateToken(callerOf(username, other, ['user:token']), username, user.key, 60),
          ])
        }
        expect((await historyOf(username)).filter(({ cause }) => cause === 'rotate')).toHaveLength(10)
      })

      it('of the token that asks works, and an administrator’s of any', async () => {
        const { username, user } = await userToken({ scopes: ['user:token'] })
        const own = callerOf(username, user, ['user:token'])
        expect((await porthor.tokens.rotateToken(own, username, user.key, 60)).key).toBe(user.key)
        const admin = await session('admin')
        expect((await porthor.tokens.rotateToken(admin.caller, username, user.key, 60)).key).toBe(user.key)
      })

      it('is refused to a caller who has been revoked meanwhile, administrators too', async () => {
        const { username, caller, user } = await userToken()
        for (const late of [caller, (await session('admin')).caller]) {
          await porthor.tokens.revokeToken(asAdmin, late.username, late.tokenKey ?? '')
          await expect(porthor.tokens.rotateToken(late, username, user.key, 60)).rejects.toThrow(
            InvalidTokenError,
          )
        }
      })

      async function moreOf(username: string, tokenName: string, scopes: string[]): Promise<Token> {
        return porthor.tokens.createTokenAsAdmin(asAdmin, {
          ...{ username, name: null, email: null, uid: null, gid: null, groups: null },
          ...{ tokenType: 'user' as const, tokenName, scopes, expires: null },
        })
      }
    })

    describe('freezing', () => {
      it('refuses every token of a user until they are unfrozen, and makes none', async () => {
        const { user, username, caller, data } = await userToken()
        expect(await porthor.users.freeze(asAdmin, username)).toBe(true)
        expect(await porthor.users.freeze(asAdmin, username)).toBe(false)
        await expect.poll(async () => (await porthor.verifier.verify(user)).kind).toBe('frozen')
        const request = { tokenName: 'more', scopes: [], expires: null }
        await expect(porthor.tokens.createUserToken(caller, data, username, request)).rejects.toThrow(
          FrozenUserError,
        )
        expect((await porthor.users.listFrozen(asAdmin)).map((frozen) => frozen.username)).toContain(username)
        expect(await porthor.users.unfreeze(asAdmin, username)).toBe(true)
        expect(await porthor.users.unfreeze(asAdmin, username)).toBe(false)
        await expect.poll(async () => (await porthor.verifier.verify(user)).kind).toBe('valid')
      })
    })

    describe('maintenance', () => {
      it('removes what has expired with all below it, once, and records it', async () => {
        const { user, username } = await userToken({ expires: now() + 400 })
        const child = await delegate(user)
        test.advance(401)
        const report = await porthor.maintenance.run()
        expect(report.expired).toBeGreaterThanOrEqual(2)
        expect((await porthor.maintenance.run()).expired).toBe(0)
        const ended = (await historyOf(username)).filter((entry) => entry.action === 'expire')
        expect(ended.map((entry) => entry.token).sort()).toEqual([user.key, child.token.key].sort())
        expect(ended[0]).toMatchObject({ actor: '<internal>', ipAddress: null })
      })
    })

    describe('audit', () => {
      const audit = async (fix: boolean) => {
        const findings = []
        const run = porthor.reconciler.audit({ fix })
        for (;;) {
          const { value, done } = await run.next()
          if (done) return { findings, summary: value }
          findings.push(value)
        }
      }

      it('finds nothing after ordinary work', async () => {
        const { user, username, caller } = await userToken()
        await delegate(user)
        await porthor.tokens.rotateToken(caller, username, user.key, 600)
        await modifyAndLeave(username, user.key)
        expect((await audit(false)).findings).toEqual([])
      })

      const modifyAndLeave = (username: string, key: string) =>
        porthor.tokens.modifyToken(asAdmin, username, key, { scopes: [], expires: now() + 5000 })
    })

    describe('limits how many tokens a user may have, where it is told to', () => {
      let limited: TestPorthor
      let create: (tokenName: string) => Promise<Token>

      beforeAll(async () => {
        limited = await open({ config: { maxTokensPerUser: 3 } })
      })
      afterAll(() => limited?.close())

      beforeEach(async () => {
        const { tokens, verifier } = limited.porthor
        const username = newUser()
        const token = await tokens.createSession(bareUserInfo(username), [], null)
        const verification = await verifier.verify(token)
        if (verification.kind !== 'valid') throw new Error('A new session must verify')
        const { data } = verification
        const caller: Caller = { username, scopes: data.scopes, tokenKey: token.key, ipAddress: null }
        create = (tokenName) =>
          tokens.createUserToken(caller, data, username, { tokenName, scopes: [], expires: null })
      })

      it('one after the other', async () => {
        for (const name of ['one', 'two', 'three']) await create(name)
        await expect(create('four')).rejects.toThrow(LimitReachedError)
      })

      it('and at once', async () => {
        const attempts = await Promise.allSettled(
          Array.from({ length: 12 }, (_, index) => create(`${index}`)),
        )
        expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
        for (const attempt of attempts) {
          if (attempt.status === 'rejected') expect(attempt.reason).toBeInstanceOf(LimitReachedError)
        }
      })
    })
  })
})
