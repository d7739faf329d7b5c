import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Token } from '../../src/models/token.ts'
import { bareUserInfo, encodeTokenData } from '../../src/models/token-data.ts'
import { Fernet } from '../../src/storage/token-data/fernet.ts'
import { porthorBackends, SESSION_SECRET, type TestPorthor } from '../support/porthor.ts'
import { openStores, type TestStores } from '../support/stores.ts'

const OLD_SECRET = Fernet.generateKey()

describe.each(porthorBackends)('$name: reencryption', ({ available, open }) => {
  describe.skipIf(available !== true)('of token data', () => {
    let test: TestPorthor
    let stores: TestStores
    beforeAll(async () => {
      test = await open({ config: { sessionSecrets: [SESSION_SECRET, OLD_SECRET] } })
      stores = openStores(test)
    })
    afterAll(() => test?.close())

    const newToken = () => test.porthor.tokens.createSession(bareUserInfo('alice'), ['read:all'], null)

    async function putUnderOldKey({ key }: Token) {
      const data = await stores.read(key)
      if (!data) throw new Error('There must be data')
      await stores.writeText(key, new Fernet([OLD_SECRET]).encrypt(encodeTokenData(data)))
      return data
    }

    async function currentlyReadable({ key }: Token): Promise<boolean> {
      const [stored] = await test.porthor.data.getMany([key])
      try {
        new Fernet([SESSION_SECRET]).decrypt(stored?.text ?? '')
        return true
      } catch {
        return false
      }
    }

    it('lets the current key read what an old one alone could, and changes nothing else', async () => {
      const [old, recent, broken] = [await newToken(), await newToken(), await newToken()]
      const before = await putUnderOldKey(old)
      await stores.writeText(broken.key, 'nonsense')
      expect(await currentlyReadable(old)).toBe(false)
      const untouched = (await test.porthor.data.getMany([recent.key]))[0]?.text

      const progress: number[] = []
      const report = await test.porthor.reencryption.run({ onProgress: (checked) => progress.push(checked) })
      expect(report).toEqual({ checked: 3, reencrypted: 1, unreadable: 1, withoutRow: 0 })
      expect(progress.at(-1)).toBe(3)
      expect(await currentlyReadable(old)).toBe(true)
      expect(await stores.read(old.key)).toEqual(before)
      expect((await test.porthor.verifier.verify(old)).kind).toBe('valid')
      expect((await test.porthor.data.getMany([recent.key]))[0]?.text).toBe(untouched)
      expect((await test.porthor.reencryption.run()).reencrypted).toBe(0)
      await stores.remove(broken.key)
    })

    it('leaves what is being revoked revoked', async () => {
      const tokens = await Promise.all(Array.from({ length: 10 }, newToken))
      for (const token of tokens) await putUnderOldKey(token)
      const caller = { username: 'admin', scopes: ['admin:token'], tokenKey: null, ipAddress: null }
      await Promise.all([
        test.porthor.reencryption.run(),
        ...tokens.map(({ key }) => test.porthor.tokens.revokeToken(caller, 'alice', key)),
      ])
      for (const { key } of tokens) expect(await stores.read(key)).toBeNull()
    })

    it('says of what only the data knows that it was left, and does not make it known', async () => {
      const token = await newToken()
      await putUnderOldKey(token)
      const { db } = test.porthor.database
      await db.deleteFrom('token').where('token', '=', token.key).execute()
      expect(await test.porthor.reencryption.run()).toMatchObject({ reencrypted: 0, withoutRow: 1 })
      expect(await currentlyReadable(token)).toBe(false)
      await stores.remove(token.key)
    })

    it('ends where it is told to, and keeps what was done', async () => {
      const token = await newToken()
      await putUnderOldKey(token)
      expect((await test.porthor.reencryption.run({ signal: AbortSignal.abort() })).checked).toBe(0)
      expect(await currentlyReadable(token)).toBe(false)
      expect((await test.porthor.reencryption.run()).reencrypted).toBe(1)
    })
  })
})
