import { randomBytes } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { StoreUnavailableError } from '../../src/models/errors.ts'
import { encodeTokenData, type TokenData } from '../../src/models/token-data.ts'
import { Fernet } from '../../src/storage/token-data/fernet.ts'
import { TokenDataCipher } from '../../src/storage/token-data/token-data-cipher.ts'
import type {
  InvalidationListener,
  TokenDataReader,
  TokenDataSession,
  TokenDataStore,
} from '../../src/storage/token-data/token-data-store.ts'
import { collect, HOUR, StandingClock, tokenData } from './fixtures.ts'
import { onEachTokenDataBackend, onRedis, type TokenDataBed } from './token-data-backends.ts'

const KEY = Fernet.generateKey()
const OLD_KEY = Fernet.generateKey()

function use(bed: () => TokenDataBed) {
  /** A store with a clock of its own, and the keys of what it found malformed. */
  const open = (keys = [KEY]) => {
    const clock = new StandingClock()
    const malformed: string[] = []
    const cipher = new TokenDataCipher(new Fernet(keys), clock, (key) => malformed.push(key))
    const store = bed().open(cipher)
    return { store, cipher, clock, malformed, within: withinOf(store, bed()) }
  }
  return { open }
}

type Within = <T>(work: (session: TokenDataSession) => Promise<T>) => Promise<T>

/** An operation: one connection, one transaction. */
function withinOf(store: TokenDataStore, bed: TokenDataBed): Within {
  return async (work) => {
    const lease = await store.acquire()
    try {
      return await bed.db.transaction().execute((trx) => work(lease.within(trx)))
    } finally {
      lease.release()
    }
  }
}

onEachTokenDataBackend((bed) => {
  const { open } = use(bed)

  describe('token data', () => {
    it('come back as they were stored', async () => {
      const { store, within } = open()
      const whole = tokenData({
        ...{ name: 'Alice É', email: 'alice@example.org', uid: 2n ** 60n, gid: 4123 },
        ...{ groups: [{ name: 'g_users', id: 1000 }], tokenType: 'internal', service: 'tap' },
        ...{ previous: [{ secret: 'x'.repeat(22), until: 1_700_000_000 }] },
      })
      const bare = tokenData()
      await within(async (session) => {
        expect(await session.add(whole)).toBe(true)
        expect(await session.add(bare)).toBe(true)
        // What an operation writes it sees itself.
        expect((await session.get([whole.token.key]))[0]?.data).toEqual(whole)
      })
      const keys = [bare.token.key, 'unknown', whole.token.key, bare.token.key]
      const expected = [bare, undefined, whole, bare]
      expect((await within((session) => session.get(keys))).map((stored) => stored?.data)).toEqual(expected)
      expect((await store.getMany(keys)).map((stored) => stored?.data)).toEqual(expected)
      expect(await store.getMany([])).toEqual([])
    })

    it('lie there as Fernet texts of the reference’s JSON', async () => {
      const { store, within } = open()
      const data = tokenData()
      await within((session) => session.add(data))
      const text = await bed().text(data.token.key)
      expect(new Fernet([KEY]).decrypt(text ?? '').toString()).toBe(encodeTokenData(data))
      expect((await store.getMany([data.token.key]))[0]?.text).toBe(text)
    })

    it('are not stored where there are some already', async () => {
      const { store, within } = open()
      const data = tokenData()
      const other = { ...data, scopes: [] }
      await within(async (session) => {
        expect(await session.add(data)).toBe(true)
        expect(await session.add(other)).toBe(false)
      })
      expect((await store.getMany([data.token.key]))[0]?.data).toEqual(data)
    })

    it('are deleted, however many they are', async () => {
      const { store, within } = open()
      const [gone, stays] = [tokenData(), tokenData()]
      await within(async (session) => {
        await session.add(gone)
        await session.add(stays)
      })
      const missing = Array.from({ length: 2_500 }, (_, index) => `missing-${index}`)
      expect(await within((session) => session.delete([...missing, gone.token.key]))).toBe(1)
      expect(await within((session) => session.delete([]))).toBe(0)
      const after = await store.getMany([gone.token.key, stays.token.key])
      expect(after.map((stored) => stored?.data)).toEqual([undefined, stays])
    })

    it('are listed whole, in batches, and emptied', async () => {
      const { store } = open()
      const keys = Array.from({ length: 50 }, () => randomBytes(16).toString('base64url'))
      for (const key of keys) await bed().put(key, 'text')
      // A key may come twice.
      expect([...new Set(await collect(store.scan()))].sort()).toEqual(keys.sort())
      expect(await store.deleteAll()).toBe(50)
      expect(await store.deleteAll()).toBe(0)
      expect(await collect(store.scan())).toEqual([])
    })

    it('can be asked for whether they are there', async () => {
      await open().store.ping()
    })
  })

  describe('replacing token data', () => {
    it('happens if they are still the text that was read', async () => {
      const { store, within } = open()
      const data = tokenData({ expires: farAhead() })
      const narrowed = { ...data, scopes: [], expires: null }
      await within(async (session) => {
        await session.add(data)
        const [stored] = await session.get([data.token.key])
        const text = stored?.text ?? ''
        expect(await session.replace(`${text}x`, narrowed)).toBe(false)
        expect(await session.replace(text, narrowed)).toBe(true)
        expect(await session.replace(text, data)).toBe(false)
      })
      expect((await store.getMany([data.token.key]))[0]?.data).toEqual(narrowed)
    })

    it('makes a new text even of the same data, so that a stale process fails', async () => {
      const { within } = open()
      const data = tokenData()
      await within((session) => session.add(data))
      const text = (await bed().text(data.token.key)) ?? ''
      expect(await within((session) => session.replace(text, data))).toBe(true)
      expect(await bed().text(data.token.key)).not.toBe(text)
      expect(await within((session) => session.replace(text, data))).toBe(false)
    })

    it('does not bring back what is not there', async () => {
      const { within } = open()
      const data = tokenData()
      expect(await within((session) => session.replace('text', data))).toBe(false)
      expect(await within((session) => session.replace('', data))).toBe(false)
      expect(await bed().text(data.token.key)).toBeNull()
    })

    it('is won by one of ten that read the same text', async () => {
      const { within } = open()
      const data = tokenData()
      await within((session) => session.add(data))
      // Round one only opens the connections: the second races on open ones.
      for (let round = 0; round < 2; round++) {
        const text = (await bed().text(data.token.key)) ?? ''
        const attempts = Array.from({ length: 10 }, () => within((session) => session.replace(text, data)))
        expect((await Promise.all(attempts)).filter((won) => won)).toHaveLength(1)
      }
    })

    it('by nothing happens under the same condition', async () => {
      const { within } = open()
      const data = tokenData()
      await within((session) => session.add(data))
      const { key } = data.token
      const text = (await bed().text(key)) ?? ''
      expect(await within((session) => session.deleteUnchanged(key, `${text}x`))).toBe(false)
      expect(await within((session) => session.deleteUnchanged(key, text))).toBe(true)
      expect(await within((session) => session.deleteUnchanged(key, text))).toBe(false)
      expect(await bed().text(key)).toBeNull()
    })

    it('by nothing takes others along, or leaves them all', async () => {
      const { within } = open()
      const [top, below, other] = [tokenData(), tokenData(), tokenData()]
      for (const data of [top, below, other]) await within((session) => session.add(data))
      const text = (await bed().text(top.token.key)) ?? ''
      const remove = (unchanged: string) =>
        within((session) => session.deleteUnchanged(top.token.key, unchanged, [below.token.key]))
      expect(await remove(`${text}x`)).toBe(false)
      expect(await bed().text(below.token.key)).not.toBeNull()
      expect(await remove(text)).toBe(true)
      expect(await bed().text(top.token.key)).toBeNull()
      expect(await bed().text(below.token.key)).toBeNull()
      expect(await bed().text(other.token.key)).not.toBeNull()
    })
  })

  describe('token data that have expired', () => {
    it('are absent from the very second on, by the clock that was given', async () => {
      const { store, clock, within } = open()
      const data = tokenData({ expires: clock.seconds + HOUR })
      await within((session) => session.add(data))
      const { reader } = await openReader(store)
      const seen = async () => [
        (await within((session) => session.get([data.token.key])))[0] !== null,
        (await store.getMany([data.token.key]))[0] !== null,
        (await reader.read(data.token.key)).stored !== null,
      ]
      clock.seconds += HOUR - 1
      expect(await seen()).toEqual([true, true, true])
      clock.seconds += 1
      expect(await seen()).toEqual([false, false, false])
    })

    it('are dropped by the store itself at the end that was written last', async () => {
      const { within } = open()
      const expires = farAhead()
      const data = tokenData({ expires })
      const { key } = data.token
      await within((session) => session.add(data))
      expect(await bed().end(key)).toBe(expires)
      const replace = async (expires: number | null) => {
        const text = (await bed().text(key)) ?? ''
        await within((session) => session.replace(text, { ...data, expires }))
        return bed().end(key)
      }
      expect(await replace(expires + 1)).toBe(expires + 1)
      expect(await replace(null)).toBeNull()
      expect(await replace(expires)).toBe(expires)
    })
  })

  describe('a value that is no token data', () => {
    const data = tokenData()
    const { key } = data.token
    const encrypted = (json: string, fernetKey = KEY) => new Fernet([fernetKey]).encrypt(json)
    const whole = encodeTokenData(data)

    it.each([
      ['is not Fernet', 'gibberish'],
      ['was made with another key', encrypted(whole, OLD_KEY)],
      ['is not JSON', encrypted('{')],
      ['is empty JSON', encrypted('{}')],
      ['lacks its secret', encrypted(whole.replace(`,"secret":"${data.token.secret}"`, ''))],
      ['lacks its time', encrypted(whole.replace(/"created":\d+,/, ''))],
      ['was copied from another key', encrypted(encodeTokenData(tokenData()))],
      ['was altered', `${encrypted(whole).slice(0, 20)}AAAA${encrypted(whole).slice(24)}`],
    ])('since it %s is reported, and is data of nobody', async (_, text) => {
      const { store, malformed, within } = open()
      await bed().put(key, text)
      expect(await store.getMany([key])).toEqual([{ text, data: null }])
      expect(await within((session) => session.get([key]))).toEqual([{ text, data: null }])
      const { reader } = await openReader(store)
      expect(await reader.read(key)).toEqual({ stored: { text, data: null }, frozen: false })
      expect(malformed).toEqual([key, key, key])
      expect(await within((session) => session.deleteUnchanged(key, text))).toBe(true)
    })

    it('but is empty counts as absent', async () => {
      const { store, malformed } = open()
      await bed().put(key, '')
      expect(await store.getMany([key])).toEqual([null])
      expect(malformed).toEqual([])
    })
  })

  describe('a change of the key of encryption', () => {
    it('keeps what was written with the old one readable, and writes with the new one', async () => {
      const before = open([OLD_KEY])
      const during = open([KEY, OLD_KEY])
      const after = open([KEY])
      const data = tokenData()
      const { key } = data.token
      await before.within((session) => session.add(data))
      const [stored] = await during.store.getMany([key])
      expect(stored?.data).toEqual(data)
      expect((await after.store.getMany([key]))[0]?.data).toBeNull()
      await during.within((session) => session.replace(stored?.text ?? '', data))
      expect((await after.store.getMany([key]))[0]?.data).toEqual(data)
      expect((await before.store.getMany([key]))[0]?.data).toBeNull()
    })
  })

  describe('frozen users', () => {
    it('are marked until they are unfrozen', async () => {
      const { store, within } = open()
      const data = tokenData()
      await within((session) => session.add(data))
      const { reader } = await openReader(store)
      const seen = async () => {
        const users = await within((session) => session.frozenUsers())
        const mark = await within((session) => session.frozenMark('alice'))
        await reader.prove()
        return { users, marked: mark !== null, frozen: (await reader.read(data.token.key)).frozen }
      }
      expect(await seen()).toEqual({ users: [], marked: false, frozen: false })
      await change(store, (session, trx) => bed().freeze(session, trx, 'alice'))
      expect(await seen()).toEqual({ users: ['alice'], marked: true, frozen: true })
      await change(store, (session, trx) => bed().unfreeze(session, trx, 'alice'))
      expect(await seen()).toEqual({ users: [], marked: false, frozen: false })
    })

    it('are those who are marked, and nobody else', async () => {
      const { store, within } = open()
      const data = tokenData({ username: 'bob' })
      await within((session) => session.add(data))
      await change(store, (session, trx) => bed().freeze(session, trx, 'alice'))
      const { reader } = await openReader(store)
      expect((await reader.read(data.token.key)).frozen).toBe(false)
      expect((await reader.read('unknown')).frozen).toBe(false)
    })
  })

  describe('a reader', () => {
    const setUp = async () => {
      const { store, within } = open()
      const data = tokenData()
      await within((session) => session.add(data))
      const { reader, heard } = await openReader(store)
      expect((await reader.read(data.token.key)).stored?.data).toEqual(data)
      return { store, within, reader, heard, data, key: data.token.key }
    }

    it('gives what there is', async () => {
      const { reader } = await setUp()
      expect(await reader.read('unknown')).toEqual({ stored: null, frozen: false })
    })

    it.each<[string, (session: TokenDataSession, data: TokenData, text: string) => Promise<unknown>]>([
      ['replaced', (session, data, text) => session.replace(text, data)],
      ['deleted', (session, data) => session.delete([data.token.key])],
      ['deleted unchanged', (session, data, text) => session.deleteUnchanged(data.token.key, text)],
    ])('has heard that what it read was %s when it proves that it is alive', async (_, work) => {
      const { within, reader, heard, data, key } = await setUp()
      const text = (await bed().text(key)) ?? ''
      await within((session) => work(session, data, text))
      await reader.prove()
      expect(heard).toEqual({ tokens: [key], frozen: 0, everything: 0, lost: 0 })
      expect((await reader.read(key)).stored?.text).toBe((await bed().text(key)) ?? undefined)
    })

    it('hears of each of many tokens that go at once, or that all are to be forgotten', async () => {
      const { store, within } = open()
      const family = Array.from({ length: 5 }, () => tokenData())
      for (const data of family) await within((session) => session.add(data))
      const { reader, heard } = await openReader(store)
      const keys = family.map(({ token }) => token.key)
      for (const key of keys) await reader.read(key)
      for (const others of [400, 1_500]) {
        heard.tokens.length = 0
        for (const key of keys) await bed().put(key, 'text')
        for (const key of keys) await reader.read(key)
        const missing = Array.from({ length: others }, (_, index) => `missing-${index}`)
        await within((session) => session.delete([...missing, ...keys]))
        await reader.prove()
        if (heard.everything === 0) expect(heard.tokens).toEqual(expect.arrayContaining(keys))
      }
    })

    it('hears that everything has gone', async () => {
      const { store, reader, heard, key } = await setUp()
      await store.deleteAll()
      await reader.prove()
      expect(heard.tokens.includes(key) || heard.everything > 0).toBe(true)
      expect((await reader.read(key)).stored).toBeNull()
    })

    it('hears that users were frozen and unfrozen', async () => {
      const { store, reader, heard } = await setUp()
      await change(store, (session, trx) => bed().freeze(session, trx, 'alice'))
      await reader.prove()
      expect(heard.frozen).toBe(1)
      await reader.read('unknown')
      await change(store, (session, trx) => bed().unfreeze(session, trx, 'alice'))
      await reader.prove()
      expect(heard).toEqual({ tokens: [], frozen: 2, everything: 0, lost: 0 })
    })

    it('hears nothing of what nobody changed', async () => {
      const { within, reader, heard, data } = await setUp()
      await within((session) => session.get([data.token.key]))
      await within((session) => session.replace('another text', data))
      await within((session) => session.delete(['unknown']))
      await reader.prove()
      expect(heard).toEqual({ tokens: [], frozen: 0, everything: 0, lost: 0 })
    })

    it('hears no more, and of no loss, once it is closed', async () => {
      const { within, reader, heard, key } = await setUp()
      await reader.close()
      await within((session) => session.delete([key]))
      const { reader: other } = await openReader(open().store)
      await other.prove()
      expect(heard).toEqual({ tokens: [], frozen: 0, everything: 0, lost: 0 })
      await expect(reader.prove()).rejects.toThrow()
    })

    it('says once that its link is lost, and then proves nothing any more', async ({ skip }) => {
      const { reader, heard } = await setUp()
      const { cut } = bed()
      if (!cut) return skip('the only link is the database itself: see embedded-database.test.ts')
      await cut()
      await expect.poll(() => heard.lost, { interval: 5 }).toBe(1)
      await expect(reader.prove()).rejects.toThrow()
      const { reader: next } = await openReader(open().store)
      await next.prove()
      expect(heard.lost).toBe(1)
    })

    it('of the same store as an operation has the same identity', async () => {
      const { store, reader } = await setUp()
      const lease = await store.acquire()
      expect(lease.identity).toBe(reader.identity)
      lease.release()
    })
  })

  async function change(
    store: TokenDataStore,
    work: (session: TokenDataSession, trx: TokenDataBed['db']) => Promise<unknown>,
  ): Promise<void> {
    const lease = await store.acquire()
    await bed()
      .db.transaction()
      .execute((trx) => work(lease.within(trx), trx))
    lease.release()
  }

  it('undoes with a transaction what lies in the same database, and says nothing of it', async ({ skip }) => {
    if (bed().kind === 'redis') return skip('no transaction spans Redis')
    const { store, within } = open()
    const [data, kept] = [tokenData(), tokenData()]
    await within((session) => session.add(kept))
    const { reader, heard } = await openReader(store)
    const undone = within(async (session) => {
      await session.add(data)
      await session.delete([kept.token.key])
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    await reader.prove()
    expect(heard.tokens).toEqual([])
    expect((await store.getMany([data.token.key, kept.token.key])).map((stored) => stored?.data)).toEqual([
      undefined,
      kept,
    ])
  })
})

onRedis((bed) => {
  const { open } = use(bed)

  describe('in Redis', () => {
    it('nothing but token data is listed or emptied', async () => {
      const { store } = open()
      await bed().put('key', 'text')
      await bed().command('SET', 'quota-overrides', '{}')
      expect(await collect(store.scan())).toEqual(['key'])
      expect(await store.deleteAll()).toBe(1)
      expect(await bed().command('KEYS', '*')).toEqual(['quota-overrides'])
    })

    it('a value lies under the key, and ends at the millisecond, that the reference would give it', async () => {
      const { within } = open()
      const data = tokenData({ expires: farAhead() })
      await within((session) => session.add(data))
      const name = `token:${data.token.key}`
      expect(await bed().command('KEYS', '*')).toEqual([name])
      expect(await bed().command('TYPE', name)).toBe('string')
      expect(await bed().command('PEXPIRETIME', name)).toBe((data.expires ?? 0) * 1000)
    })

    it('frozen users who could not be read once are read again', async () => {
      const { store } = open()
      const { reader } = await openReader(store)
      await bed().command('ACL', 'SETUSER', 'default', '-hkeys')
      await expect(reader.read('unknown')).rejects.toThrow(StoreUnavailableError)
      await bed().command('ACL', 'SETUSER', 'default', '+hkeys')
      expect(await reader.read('unknown')).toEqual({ stored: null, frozen: false })
    })

    it('the mark of a frozen user is a new one each time, and goes only if it is still the same', async () => {
      const { within } = open()
      await within(async (session) => {
        await session.freeze('alice')
        const first = await session.frozenMark('alice')
        await session.freeze('alice')
        const second = await session.frozenMark('alice')
        expect(second).not.toBe(first)
        expect(await session.unfreeze('alice', first ?? '')).toBe(false)
        expect(await session.unfreeze('bob', second ?? '')).toBe(false)
        expect(await session.unfreeze('alice', second ?? '')).toBe(true)
        expect(await session.frozenMark('alice')).toBeNull()
      })
    })
  })
})

interface Heard {
  tokens: string[]
  frozen: number
  everything: number
  lost: number
}

async function openReader(store: TokenDataStore): Promise<{ reader: TokenDataReader; heard: Heard }> {
  const heard: Heard = { tokens: [], frozen: 0, everything: 0, lost: 0 }
  const listener: InvalidationListener = {
    forgetToken: (key) => void heard.tokens.push(key),
    forgetFrozenUsers: () => void heard.frozen++,
    forgetEverything: () => void heard.everything++,
    lost: () => void heard.lost++,
  }
  const reader = await store.openReader(listener)
  onTestFinished(() => reader.close())
  return { reader, heard }
}

/** A second that is ahead by every clock, Redis' own included. */
function farAhead(): number {
  return Math.floor(Date.now() / 1000) + HOUR
}
