import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Porthor } from '../../src/composition.ts'
import { StoreUnavailableError } from '../../src/models/errors.ts'
import { Token } from '../../src/models/token.ts'
import { bareUserInfo } from '../../src/models/token-data.ts'
import { internalCaller } from '../../src/services/caller.ts'
import { RememberedToken } from '../../src/services/remembered-token.ts'
import { porthorBackends, type TestPorthor } from '../support/porthor.ts'
import { redisAvailable, startRedis } from '../support/redis.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let users = 0
/** The token as the gate has it, which keeps what it was found to be: no less has to be noticed by it. */
async function newToken({ tokens }: Porthor): Promise<{ token: Token; username: string }> {
  const username = `user-v${++users}`
  const token = await tokens.createSession(bareUserInfo(username), ['read:all'], null)
  return { token: RememberedToken.of(token), username }
}
const kindOf = async (porthor: Porthor, token: Token) => (await porthor.verifier.verify(token)).kind

describe.each(porthorBackends)('$name: verification', ({ available, open }) => {
  describe.skipIf(available !== true)('from memory', () => {
    let test: TestPorthor
    let porthor: Porthor

    beforeAll(async () => {
      test = await open()
      porthor = test.porthor
    })
    afterAll(() => test?.close())

    it('remembers a token that was verified, and forgets it before its revocation is answered', async () => {
      const { token, username } = await newToken(porthor)
      expect(porthor.verifier.verifyFromMemory(token)).toBeNull()
      expect(await kindOf(porthor, token)).toBe('valid')
      expect(porthor.verifier.verifyFromMemory(token)?.kind).toBe('valid')
      await porthor.tokens.revokeToken(internalCaller, username, token.key)
      expect(porthor.verifier.verifyFromMemory(token)).toBeNull()
      expect(await kindOf(porthor, token)).toBe('unknown')
    })

    it('remembers nothing of a secret that is not the token’s, whoever has asked before', async () => {
      const { token } = await newToken(porthor)
      const wrong = RememberedToken.of(Token.withKey(token.key))
      for (const one of [wrong, token, wrong]) {
        expect(await kindOf(porthor, one)).toBe(one === token ? 'valid' : 'unknown')
        expect(porthor.verifier.verifyFromMemory(one)?.kind).toBe(one === token ? 'valid' : 'unknown')
      }
    })

    it('accepts a secret that was replaced until its time, and no longer', async () => {
      const username = 'user-rotated'
      const old = RememberedToken.of(
        await porthor.tokens.createTokenAsAdmin(internalCaller, {
          ...{
            ...bareUserInfo(username),
            uid: null,
            gid: null,
            groups: null,
            tokenType: 'user',
            tokenName: 'script',
            scopes: [],
            expires: null,
          },
        }),
      )
      expect(await kindOf(porthor, old)).toBe('valid')
      const next = RememberedToken.of(await porthor.tokens.rotateToken(internalCaller, username, old.key, 60))
      for (const one of [old, next, old]) expect(await kindOf(porthor, one)).toBe('valid')
      test.advance(61)
      expect(porthor.verifier.verifyFromMemory(old)?.kind).toBe('unknown')
      expect(await kindOf(porthor, old)).toBe('unknown')
      expect(await kindOf(porthor, next)).toBe('valid')
    })

    it('judges the secret and the end anew each time', async () => {
      const { token } = await newToken(porthor)
      expect(await kindOf(porthor, token)).toBe('valid')
      expect(porthor.verifier.verifyFromMemory(Token.withKey(token.key))?.kind).toBe('unknown')
      test.advance(31 * 86_400)
      expect(porthor.verifier.verifyFromMemory(token)?.kind).toBe('unknown')
    })

    it('remembers nothing of a token that is not there', async () => {
      const token = Token.generate()
      expect(await kindOf(porthor, token)).toBe('unknown')
      expect(porthor.verifier.verifyFromMemory(token)).toBeNull()
    })

    it('hears of changes by other processes', async () => {
      const other = await test.another()
      if (!other) return
      const { token, username } = await newToken(porthor)
      for (const one of [porthor, other]) expect(await kindOf(one, token)).toBe('valid')
      await porthor.tokens.revokeToken(internalCaller, username, token.key)
      await expect.poll(() => other.verifier.verifyFromMemory(token), { interval: 1 }).toBeNull()
      expect(await kindOf(other, token)).toBe('unknown')
    })

    it('hears of users who are frozen by other processes', async () => {
      const other = await test.another()
      if (!other) return
      const { token, username } = await newToken(porthor)
      expect(await kindOf(other, token)).toBe('valid')
      await porthor.users.freeze(internalCaller, username)
      await expect.poll(() => kindOf(other, token), { interval: 1 }).toBe('frozen')
      await porthor.users.unfreeze(internalCaller, username)
      await expect.poll(() => kindOf(other, token), { interval: 1 }).toBe('valid')
    })
  })
})

const withRedis = porthorBackends.find(({ name }) => name === 'PostgreSQL with Redis')

describe.skipIf(withRedis?.available !== true)('verification while Redis is away', () => {
  let test: TestPorthor
  let porthor: Porthor

  beforeAll(async () => {
    if (!withRedis) throw new Error('No such backend')
    test = await withRedis.open({ config: { redisLinkLeaseSeconds: 0.4 } })
    porthor = test.porthor
  })
  afterAll(() => test?.close())

  it('accepts nothing from memory beyond the lease when the link falls silent, and recovers by itself', async () => {
    const { token } = await newToken(porthor)
    expect(await kindOf(porthor, token)).toBe('valid')
    const pid = test.redis?.pid ?? 0
    process.kill(pid, 'SIGSTOP')
    try {
      await expect
        .poll(() => porthor.verifier.verifyFromMemory(token), { interval: 10, timeout: 2_000 })
        .toBeNull()
      await expect(porthor.verifier.verify(token)).rejects.toThrow(StoreUnavailableError)
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await expect.poll(() => kindOf(porthor, token).catch(() => 'away'), { timeout: 10_000 }).toBe('valid')
  })
})

describe.skipIf(withRedis?.available !== true || redisAvailable() !== true)(
  'a Redis that comes back older',
  () => {
    it('serves nothing that was revoked, narrowed or frozen since, before the replay and after', async () => {
      const folder = await temporaryFolder()
      const settings = ['--dir', folder.path, '--dbfilename', 'dump.rdb']
      let redis = await startRedis({ settings })
      const address = {
        kind: 'server' as const,
        host: '127.0.0.1',
        port: redis.port,
        database: 0,
        username: null,
        password: null,
        tls: false,
      }
      const tokenStore = { kind: 'redis' as const, persistent: address, ephemeral: address }
      const test = await withRedis?.open({ config: { tokenStore } })
      if (!test) throw new Error('No such backend')
      const { porthor } = test
      try {
        const kept = await newToken(porthor)
        const revoked = await newToken(porthor)
        const frozen = await newToken(porthor)
        const named = await porthor.tokens.createTokenAsAdmin(internalCaller, {
          ...bareUserInfo('carol'),
          groups: null,
          uid: null,
          gid: null,
          tokenType: 'user',
          tokenName: 'script',
          scopes: ['exec:test', 'read:all'],
          expires: null,
        })
        const rotated = await porthor.tokens.createTokenAsAdmin(internalCaller, {
          ...{ ...bareUserInfo('dave'), groups: null, uid: null, gid: null },
          ...{ tokenType: 'user', tokenName: 'script', scopes: ['read:all'], expires: null },
        })
        const verified = await porthor.verifier.verify(rotated)
        if (verified.kind === 'unknown') throw new Error('It has just been made')
        const below = await porthor.delegation.getInternalToken(
          { parent: verified.data, ipAddress: null },
          'tap',
          [],
        )
        await porthor.redisTrust?.beat()
        await save(redis.port)
        await cp(join(folder.path, 'dump.rdb'), join(folder.path, 'old.rdb'))

        await porthor.tokens.revokeToken(internalCaller, revoked.username, revoked.token.key)
        await porthor.users.freeze(internalCaller, frozen.username)
        await porthor.tokens.modifyToken(internalCaller, 'carol', named.key, { scopes: ['read:all'] })
        const replaced = await porthor.tokens.rotateToken(internalCaller, 'dave', rotated.key, 0)
        const lost = await newToken(porthor)

        await redis.stop()
        redis = await startRedis({
          port: redis.port,
          settings: ['--dir', folder.path, '--dbfilename', 'old.rdb'],
        })
        await expect
          .poll(() => kindOf(porthor, kept.token).catch(() => 'away'), { timeout: 15_000 })
          .toBe('valid')
        expect(await kindOf(porthor, revoked.token)).toBe('unknown')
        expect(await kindOf(porthor, lost.token)).toBe('unknown')
        // Its new secret is lost, and a child does not go on without its parent.
        for (const token of [rotated, replaced, below.token])
          expect(await kindOf(porthor, token)).toBe('unknown')
        expect(await kindOf(porthor, frozen.token)).toBe('frozen')
        expect(await porthor.verifier.verify(named)).toMatchObject({ data: { scopes: ['read:all'] } })
      } finally {
        await test.close()
        await redis.stop()
      }
    }, 60_000)
  },
)

async function save(port: number): Promise<void> {
  const client = createClient({ socket: { host: '127.0.0.1', port } })
  await client.connect()
  await client.sendCommand(['SAVE'])
  client.destroy()
}
