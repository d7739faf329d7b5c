import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { nowSeconds } from '../../src/models/clock.ts'
import { Token } from '../../src/models/token.ts'
import { bareUserInfo, type TokenData } from '../../src/models/token-data.ts'
import type { AuditFinding, AuditSummary } from '../../src/services/audit-finding.ts'
import { internalCaller } from '../../src/services/caller.ts'
import { porthorBackends, type TestPorthor } from '../support/porthor.ts'
import { openStores, type TestStores } from '../support/stores.ts'

describe.each(porthorBackends)('$name: the audit', ({ available, open }) => {
  describe.skipIf(available !== true)('of two stores that disagree', () => {
    let test: TestPorthor
    let stores: TestStores
    let user: TokenData
    let child: TokenData
    let grandchild: TokenData

    beforeAll(async () => {
      test = await open()
      stores = openStores(test)
    })
    afterAll(() => test?.close())

    beforeEach(async () => {
      await test.porthor.deleteAllData()
      const { tokens, delegation } = test.porthor
      const session = await tokens.createSession(bareUserInfo('alice'), ['read:all', 'exec:test'], null)
      const data = await read(session.key)
      const caller = { username: 'alice', scopes: data.scopes, tokenKey: session.key, ipAddress: null }
      const scopes = ['read:all', 'exec:test']
      const made = await tokens.createUserToken(caller, data, 'alice', {
        tokenName: 'laptop',
        scopes,
        expires: null,
      })
      user = await read(made.key)
      child = await delegation.getNotebookToken({ parent: user, ipAddress: null })
      grandchild = await delegation.getInternalToken({ parent: child, ipAddress: null }, 'tap', ['read:all'])
      expect(await audit(false)).toMatchObject({ findings: [] })
    })

    async function audit(fix: boolean): Promise<{ findings: AuditFinding[]; summary: AuditSummary }> {
      const findings: AuditFinding[] = []
      const run = test.porthor.reconciler.audit({ fix })
      for (;;) {
        const { value, done } = await run.next()
        if (done) return { findings, summary: value }
        findings.push(value)
      }
    }

    async function read(key: string): Promise<TokenData> {
      const data = await stores.read(key)
      if (!data) throw new Error('There must be data')
      return data
    }

    const verifies = async (token: Token) => (await test.porthor.verifier.verify(token)).kind === 'valid'

    const history = async (key: string) =>
      (await test.porthor.tokens.getChangeHistory(internalCaller, { token: key })).entries

    const repairsOf = (findings: AuditFinding[]) =>
      Object.fromEntries(findings.map(({ key, repair }) => [key, repair]))

    /** What is found, repaired, and not found again. */
    async function repairs(kinds: string[]) {
      const kindsFound = (findings: AuditFinding[]) => findings.map(({ kind }) => kind).sort()
      const before = await audit(false)
      expect(kindsFound(before.findings)).toEqual(kinds.sort())
      expect(before.findings.every(({ repaired }) => !repaired)).toBe(true)
      expect((await audit(false)).findings).toEqual(before.findings)
      const repaired = await audit(true)
      expect(repaired.summary.alarm).toBeNull()
      // What was done is what was said before.
      expect(repairsOf(repaired.findings)).toEqual(repairsOf(before.findings))
      expect(repaired.findings.every(({ repair, repaired }) => repaired && repair !== null)).toBe(true)
      expect((await audit(false)).findings).toEqual([])
    }

    it('ends a listed token without data, with all below it', async () => {
      await stores.remove(user.token.key)
      await repairs(['only-in-database'])
      expect(await verifies(child.token)).toBe(false)
      expect(await verifies(grandchild.token)).toBe(false)
      expect((await history(user.token.key))[0]).toMatchObject({
        action: 'revoke',
        actor: '<internal>',
        cause: 'audit',
      })
      expect((await history(grandchild.token.key))[0]).toMatchObject({
        action: 'revoke',
        ancestor: user.token.key,
      })
    })

    it('deletes data that no row speaks for, and records its end', async () => {
      const token = Token.generate()
      await stores.write({ ...user, token })
      expect(await verifies(token)).toBe(true)
      await repairs(['only-in-data'])
      expect(await verifies(token)).toBe(false)
      expect(await history(token.key)).toMatchObject([
        { action: 'revoke', username: 'alice', actor: '<internal>' },
      ])
    })

    it('does not record the end of a token twice', async () => {
      await test.porthor.tokens.revokeToken(internalCaller, 'alice', grandchild.token.key)
      await stores.write(grandchild)
      await repairs(['only-in-data'])
      expect((await history(grandchild.token.key)).map(({ action }) => action)).toEqual(['revoke', 'create'])
    })

    it('deletes data that cannot be read, with and without a row', async () => {
      await stores.writeText(user.token.key, 'nonsense')
      await stores.writeText(Token.generate().key, 'nonsense')
      await repairs(['malformed', 'malformed'])
      expect(await stores.row(user.token.key)).toBeNull()
    })

    it('lowers a row, and all below it, to what its data allows', async () => {
      await stores.write({ ...user, scopes: ['exec:test'] })
      await repairs(['mismatch'])
      expect(await stores.row(user.token.key)).toMatchObject({ scopes: ['exec:test'] })
      expect(await read(child.token.key)).toMatchObject({ scopes: ['exec:test'] })
      expect(await read(grandchild.token.key)).toMatchObject({ scopes: [] })
      expect((await history(grandchild.token.key))[0]).toMatchObject({
        action: 'edit',
        ancestor: user.token.key,
      })
    })

    it('lowers data to what its row allows', async () => {
      const expires = nowSeconds(test.porthor.clock) + 1000
      await stores.write({ ...grandchild, scopes: ['exec:test', 'read:all'], expires })
      await repairs(['mismatch'])
      expect(await read(grandchild.token.key)).toMatchObject({ scopes: ['read:all'], expires })
    })

    it('ends a token whose data is another user’s', async () => {
      await stores.write({ ...child, username: 'mallory' })
      await repairs(['mismatch'])
      expect(await verifies(child.token)).toBe(false)
      expect(await verifies(grandchild.token)).toBe(false)
      expect(await verifies(user.token)).toBe(true)
    })

    it('lowers a child that exceeds or outlives its parent', async () => {
      const expires = nowSeconds(test.porthor.clock) + 1000
      await stores.write({ ...user, scopes: ['read:all'], expires })
      await stores.setRow(user.token.key, ['read:all'], expires)
      await repairs(['exceeds-parent', 'outlives-parent'])
      expect(await read(child.token.key)).toMatchObject({ scopes: ['read:all'], expires })
      expect(await read(grandchild.token.key)).toMatchObject({ scopes: ['read:all'], expires })
    })

    it('ends an orphan with all below it', async () => {
      await stores.orphan(child.token.key)
      await repairs(['orphaned'])
      expect(await verifies(child.token)).toBe(false)
      expect(await verifies(grandchild.token)).toBe(false)
    })

    it('puts back the secret of a rotation that was never committed', async () => {
      const rotated = Token.withKey(user.token.key)
      const previous = [{ secret: user.token.secret, until: 0 }]
      await stores.write({ ...user, token: rotated, previous })
      await repairs(['secret-mismatch'])
      expect(await verifies(user.token)).toBe(true)
      expect(await verifies(rotated)).toBe(false)
    })

    it('ends a token whose secret nobody committed', async () => {
      const foreign = Token.withKey(user.token.key)
      await stores.write({ ...user, token: foreign })
      await repairs(['secret-mismatch'])
      expect(await verifies(foreign)).toBe(false)
      expect(await verifies(user.token)).toBe(false)
    })

    it('leaves expired rows to the maintenance', async () => {
      const end = nowSeconds(test.porthor.clock) + 400
      await test.porthor.tokens.modifyToken(internalCaller, 'alice', user.token.key, { expires: end })
      test.advance(401)
      expect((await audit(true)).findings).toEqual([])
      expect(await stores.row(user.token.key)).not.toBeNull()
    })

    it('names scopes that the configuration does not know, and leaves them', async () => {
      await stores.write({ ...user, scopes: ['exec:test', 'old:scope', 'read:all'] })
      await stores.setRow(user.token.key, ['exec:test', 'old:scope', 'read:all'], null)
      const { findings } = await audit(true)
      expect(findings).toMatchObject([
        { kind: 'unknown-scope', details: { scope: 'old:scope' }, repaired: false },
      ])
    })

    it('with a grace leaves young data without a row, as a reference beside would write it', async () => {
      const token = Token.generate()
      await stores.write({ ...user, token })
      const run = test.porthor.reconciler.audit({ fix: true, graceSeconds: 300 })
      expect(await run.next()).toMatchObject({ done: true, value: { findings: 0 } })
      expect(await verifies(token)).toBe(true)
    })

    it('with a grace deletes what has no time, and what lies under no key of a token', async () => {
      const odd = test.porthor.data.kind === 'redis' ? 'x'.repeat(80) : 'odd'
      for (const key of [Token.generate().key, odd]) await stores.writeText(key, 'nonsense')
      const findings: AuditFinding[] = []
      for await (const finding of test.porthor.reconciler.audit({ fix: true, graceSeconds: 300 }))
        findings.push(finding)
      expect(findings.map(({ kind, repaired }) => [kind, repaired])).toEqual([
        ['malformed', true],
        ['malformed', true],
      ])
      expect(await audit(false)).toMatchObject({ findings: [] })
    })

    it('repairs nothing and raises an alarm where no token data can be read, however few tokens there are', async () => {
      for (const data of [user, child, grandchild]) await stores.writeText(data.token.key, 'of another key')
      const session = (await test.porthor.data.scan().next()).value ?? []
      for (const key of session) await stores.writeText(key, 'of another key')
      const { summary } = await audit(true)
      expect(summary).toMatchObject({ alarm: expect.stringMatching(/sessionSecret/), repaired: 0 })
      expect(await stores.row(user.token.key)).not.toBeNull()
    })

    it('repairs nothing and raises an alarm where all token data is gone', async () => {
      await stores.removeAll()
      const { findings, summary } = await audit(true)
      expect(summary.alarm).toMatch(/no token data at all/)
      expect(findings.every(({ repaired }) => !repaired)).toBe(true)
      expect(await stores.row(user.token.key)).not.toBeNull()
    })

    it('repairs nothing and raises an alarm where a large share of all tokens is amiss', async () => {
      for (let index = 0; index < 12; index++) await stores.write({ ...user, token: Token.generate() })
      const { summary } = await audit(true)
      expect(summary).toMatchObject({ alarm: expect.stringMatching(/need repair/), repaired: 0 })
    })
  })
})
