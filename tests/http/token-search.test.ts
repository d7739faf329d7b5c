import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { Token } from '../../src/models/token.ts'
import { BOOTSTRAP_TOKEN } from '../support/porthor.ts'
import { errorTypes, onEachApi } from './api.ts'

const API = '/auth/api/v1'
const FUTURE = 4_000_000_000

interface Shown {
  token: string
  token_name?: string
  depth?: number
}

const names = (tokens: readonly Shown[]) => tokens.map(({ token_name: name }) => name)
const keys = (tokens: readonly Shown[]) => tokens.map(({ token }) => token)

onEachApi('finding tokens', (api) => {
  let owner: Token
  let bob: Token
  let root: Token

  beforeAll(async () => {
    owner = await api().newToken('owner', ['user:token', 'read:all'], { token_name: 'owner' })
    bob = await api().newToken('bobby', ['user:token'], { token_name: 'bobs own' })
    root = await api().newToken('rooty', ['admin:token'], { token_name: 'root' })
  })

  const get = (path: string, token: Token | string, headers = {}) =>
    api().send('GET', API + path, { token: `${token}`, headers })

  async function make(fields: object): Promise<string> {
    const body = { scopes: ['read:all'], ...fields }
    const answer = await api().send('POST', `${API}/users/owner/tokens`, { token: `${owner}`, body })
    expect(answer.statusCode).toBe(201)
    return answer.json().token
  }

  /** What comes on each page, one after the other. */
  async function pages(path: string, token: Token): Promise<Shown[][]> {
    const found: Shown[][] = []
    for (let next: string | undefined = API + path; next; ) {
      const answer = await api().send('GET', next, { token: `${token}` })
      expect([answer.statusCode, answer.headers['cache-control']]).toEqual([200, 'no-store'])
      found.push(answer.json())
      next = /<http:\/\/example\.com([^>]+)>; rel="next"/.exec(String(answer.headers.link))?.[1]
      if (found.length > 20) throw new Error('There is no end')
    }
    return found
  }

  const childOf = async (token: string, service: string) => {
    const { verifier, delegation } = api().test.porthor
    const verified = await verifier.verify(Token.parse(token))
    if (verified.kind !== 'valid') throw new Error(verified.kind)
    const request = { parent: verified.data, ipAddress: null }
    const child = await delegation.getInternalToken(request, service, [])
    return `${child.token}`
  }

  describe('of one user', () => {
    beforeAll(async () => {
      await make({ token_name: 'Zebra', expires: FUTURE, note: 'for the Zoo' })
      await make({ token_name: 'apple', expires: FUTURE - 1 })
      await make({ token_name: 'Banana', expires: FUTURE - 2 })
    })

    const list = (query: string) => pages(`/users/owner/tokens?cursor=&${query}`, owner)

    it.each([
      ['token_name', ['apple', 'Banana', 'owner', 'Zebra']],
      ['-token_name', ['Zebra', 'owner', 'Banana', 'apple']],
      ['expires', ['Banana', 'apple', 'Zebra', 'owner']],
      ['-expires', ['owner', 'Zebra', 'apple', 'Banana']],
    ])('are sorted by %s, whatever the size of the pages', async (sort, sorted) => {
      for (const limit of [1, 3, 100]) {
        const found = await list(`sort=${sort}&limit=${limit}&token_type=user`)
        expect(names(found.flat())).toEqual(sorted)
        expect(found).toHaveLength(Math.ceil(4 / limit))
      }
    })

    it('are all there once by their end, also where the reference left it with a fraction', async () => {
      const { db } = api().test.porthor.database
      await sql`UPDATE token SET expires = expires + interval '0.7s' WHERE token_name = 'apple'`.execute(db)
      const found = await list('sort=expires&limit=1&token_type=user')
      expect(names(found.flat())).toEqual(['Banana', 'apple', 'Zebra', 'owner'])
      const reversed = await list('sort=-expires&limit=1&token_type=user')
      expect(names(reversed.flat())).toEqual(['owner', 'Zebra', 'apple', 'Banana'])
      await sql`UPDATE token SET expires = date_trunc('second', expires)`.execute(db)
    })

    it('are sorted by times that many share', async () => {
      const whole = keys((await list('')).flat())
      for (const sort of ['created', '-created', 'last_used', '-last_used']) {
        const paged = keys((await list(`sort=${sort}&limit=1`)).flat())
        expect(paged.toSorted()).toEqual(whole.toSorted())
        expect(paged).toEqual(keys((await list(`sort=${sort}`)).flat()))
      }
    })

    it('are searched in name and note, whatever the case, and what there is to search for is no pattern', async () => {
      const search = async (text: string) => names((await list(`search=${encodeURIComponent(text)}`)).flat())
      expect(await search('zoo')).toEqual(['Zebra'])
      expect(await search('NAN')).toEqual(['Banana'])
      expect(await search('%')).toEqual([])
      expect(await search("'; DROP TABLE token")).toEqual([])
    })

    it('are counted as they are filtered', async () => {
      const answer = await get('/users/owner/tokens?cursor=&limit=1&search=an', owner)
      expect(answer.headers['x-total-count']).toBe('1')
      expect(answer.json()).toMatchObject([{ token_name: 'Banana', live: true, children: 0 }])
    })

    it('are told apart by whether they have expired', async () => {
      const soon = Math.floor(Date.now() / 1000) + 3600
      await make({ token_name: 'short', expires: soon })
      api().test.advance(4_000)
      expect(names((await list('expired=true')).flat())).toEqual(['short'])
      expect((await list('expired=true')).flat()).toMatchObject([{ live: false }])
      expect(names((await list('expired=false')).flat())).not.toContain('short')
      api().test.advance(-4_000)
    })

    it('show where they were last used', async () => {
      const token = await make({ token_name: 'used' })
      await get('/token-info', token, { 'x-forwarded-for': '192.0.2.7' })
      await api().test.porthor.lastUsed.write()
      const [shown] = (await list('search=used')).flat()
      expect(shown).toMatchObject({ last_used: expect.any(Number), last_used_address: '192.0.2.7' })
    })

    it.each([
      ['sort=nonsense', 'enum'],
      ['sort=token_name&cursor=1_AAAAAAAAAAAAAAAAAAAAAA', 'invalid_cursor'],
      ['cursor=n_AAAAAAAAAAAAAAAAAAAAAA', 'invalid_cursor'],
      ['sort=token_name&cursor=nAA_AAAAAAAAAAAAAAAAAAAAAA', 'invalid_cursor'],
      ['cursor=999999999999_AAAAAAAAAAAAAAAAAAAAAA', 'invalid_cursor'],
      ['cursor=x', 'string_pattern_mismatch'],
      ['expired=perhaps', 'enum'],
      ['parent=short', 'value_error'],
    ])('are not asked for by nonsense: %s', async (query, type) => {
      const separator = query.includes('cursor=') ? '' : 'cursor=&'
      const answer = await get(`/users/owner/tokens?${separator}${query}`, owner)
      expect([answer.statusCode, errorTypes(answer)]).toEqual([422, [type]])
    })
  })

  describe('and their kin', () => {
    let top: string
    let child: string
    let other: string
    let grandchild: string
    const key = (token: string) => token.slice(3, 25)

    beforeAll(async () => {
      top = await make({ token_name: 'top', expires: FUTURE })
      child = await childOf(top, 'tap')
      other = await childOf(top, 'other')
      grandchild = await childOf(child, 'below')
    })

    const tree = (token: string, query = '') => get(`/users/owner/tokens/${key(token)}/tree${query}`, owner)

    it('are shown from the root down to the last', async () => {
      const answer = await tree(top)
      const children = [key(child), key(other)].toSorted()
      expect(answer.json()).toMatchObject({
        ancestors: [],
        token: { token: key(top), token_name: 'top', children: 2, live: true },
        descendants: [
          { token: children[0], parent: key(top), depth: 1 },
          { token: children[1], parent: key(top), depth: 1 },
          { token: key(grandchild), parent: key(child), depth: 2, service: 'below', children: 0 },
        ],
      })
      expect(answer.headers['x-total-count']).toBe('3')
      expect(keys((await tree(grandchild)).json().ancestors)).toEqual([key(top), key(child)])
    })

    it('come in pages', async () => {
      const found = (await pages(`/users/owner/tokens/${key(top)}/tree?limit=1`, owner)) as unknown as {
        descendants: Shown[]
      }[]
      expect(found.map(({ descendants }) => descendants.map(({ depth }) => depth))).toEqual([[1], [1], [2]])
    })

    it('are listed by their parent, or by having none', async () => {
      const list = (query: string) => pages(`/users/owner/tokens?cursor=&${query}`, owner)
      expect(keys((await list(`parent=${key(child)}`)).flat())).toEqual([key(grandchild)])
      const roots = keys((await list('parent=none')).flat())
      expect(roots).toContain(key(top))
      expect(roots).not.toContain(key(child))
    })

    it('are not live where their data is gone', async () => {
      const lost = await childOf(top, 'lost')
      const lease = await api().test.porthor.data.acquire()
      await api()
        .test.porthor.database.db.transaction()
        .execute((trx) => lease.within(trx).delete([key(lost)]))
      lease.release()
      expect((await tree(lost)).json().token).toMatchObject({ live: false })
    })

    it('are nobody else’s', async () => {
      const refused = await get(`/users/owner/tokens/${key(top)}/tree`, bob)
      expect([refused.statusCode, errorTypes(refused)]).toEqual([403, ['permission_denied']])
      expect((await get(`/users/bobby/tokens/${key(top)}/tree`, bob)).statusCode).toBe(404)
      expect((await get(`/users/owner/tokens/${key(top)}/tree`, root)).statusCode).toBe(200)
    })
  })

  describe('of anybody', () => {
    const find = async (query: string) => (await pages(`/token-search?${query}`, root)).flat()

    it('goes by user, type, service, beginning of the name, and key', async () => {
      await make({ token_name: '100% mine' })
      const body = { username: 'bot-finder', token_type: 'service' }
      await api().send('POST', `${API}/tokens`, { token: BOOTSTRAP_TOKEN, body })
      expect(names(await find('username=bobby'))).toEqual(['bobs own'])
      expect(await find('token_type=service')).toMatchObject([{ username: 'bot-finder' }])
      expect(names(await find('name_prefix=bobs'))).toEqual(['bobs own'])
      expect(names(await find('name_prefix=100%25'))).toEqual(['100% mine'])
      expect(await find('name_prefix=BOBS')).toEqual([])
      expect(await find(`key=${bob.key}`)).toMatchObject([{ token: bob.key, username: 'bobby', live: true }])
      expect(await find(`key=${bob.key}&username=owner`)).toEqual([])
      expect(await find('service=below')).toHaveLength(1)
    })

    it('comes newest first, in pages', async () => {
      const whole = await find('limit=1000')
      expect(whole.length).toBeGreaterThan(5)
      expect(keys(await find('limit=2'))).toEqual(keys(whole))
    })

    it('finds one by its key alone', async () => {
      expect((await get(`/tokens/${bob.key}`, root)).json()).toMatchObject({
        ...{ token: bob.key, username: 'bobby', token_type: 'user', live: true, children: 0 },
      })
      expect((await get('/tokens/AAAAAAAAAAAAAAAAAAAAAA', root)).statusCode).toBe(404)
      expect((await get('/tokens/short', root)).statusCode).toBe(422)
    })

    it('is for administrators alone', async () => {
      for (const path of ['/token-search', `/tokens/${bob.key}`, '/users']) {
        const answer = await get(path, bob)
        expect([answer.statusCode, errorTypes(answer)]).toEqual([403, ['permission_denied']])
        expect((await api().send('GET', API + path)).statusCode).toBe(401)
      }
    })
  })
})

onEachApi('finding users', (api) => {
  let root: Token
  beforeAll(async () => {
    root = await api().newToken('rooty', ['admin:token'])
    for (const username of ['ann', 'anna', 'annika', 'bert']) await api().newToken(username)
    await api().newToken('anna')
    const reason = { reason: 'Their laptop was stolen' }
    await api().send('POST', `${API}/users/anna/freeze`, { token: `${root}`, body: reason })
    await api().send('POST', `${API}/users/without-tokens/freeze`, { token: `${root}` })
  })

  const find = async (query: string) => {
    const found: { username: string }[] = []
    for (let next: string | undefined = `${API}/users?${query}`; next; ) {
      const answer = await api().send('GET', next, { token: `${root}` })
      found.push(...answer.json())
      next = /<http:\/\/example\.com([^>]+)>; rel="next"/.exec(String(answer.headers.link))?.[1]
    }
    return found
  }
  const namesOf = (users: { username: string }[]) => users.map(({ username }) => username)

  it('goes by the beginning of the name, in pages', async () => {
    const all = ['admin', 'ann', 'anna', 'annika', 'bert', 'rooty', 'without-tokens']
    for (const limit of [1, 2, 100]) expect(namesOf(await find(`limit=${limit}`))).toEqual(all)
    expect(namesOf(await find('prefix=ann&limit=1'))).toEqual(['ann', 'anna', 'annika'])
    expect(await find('prefix=annx')).toEqual([])
  })

  it('says what they have, and whether they are frozen', async () => {
    const [anna, annika] = (await find('prefix=ann')).slice(1)
    expect(anna).toEqual({
      ...{ username: 'anna', tokens: 2, by_type: [{ token_type: 'user', count: 2 }], admin: false },
      frozen: { since: expect.any(Number), actor: 'rooty', reason: 'Their laptop was stolen' },
    })
    expect(annika).not.toHaveProperty('frozen')
    expect(await find('prefix=admin')).toEqual([{ username: 'admin', tokens: 0, by_type: [], admin: true }])
  })

  it('goes by whether they are frozen', async () => {
    for (const limit of [1, 9]) {
      expect(namesOf(await find(`frozen=true&limit=${limit}`))).toEqual(['anna', 'without-tokens'])
    }
    const listed = await api().send('GET', `${API}/frozen-users`, { token: `${root}` })
    expect(listed.json()).toMatchObject([{ username: 'anna', reason: 'Their laptop was stolen' }, {}])
    expect(listed.json()[1]).not.toHaveProperty('reason')
  })
})
