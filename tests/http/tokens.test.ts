import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Token } from '../../src/models/token.ts'
import { BOOTSTRAP_TOKEN } from '../support/porthor.ts'
import { openStores } from '../support/stores.ts'
import { errorTypes, openApi, type TestApi } from './api.ts'

let api: TestApi
let alice: Token
let bob: Token
let root: Token

const LONG_SCOPE = `read:${'long'.repeat(50)}`

beforeAll(async () => {
  const known = ['admin:token', 'user:token', 'read:all', 'exec:test', LONG_SCOPE]
  api = await openApi({ config: { knownScopes: known.map((name) => ({ name, description: name })) } })
  alice = await api.newToken('alice')
  bob = await api.newToken('bobby')
  root = await api.newToken('rooty', ['admin:token'])
})
afterAll(() => api.close())

const users = '/auth/api/v1/users'
const as = (token: Token | string, body?: unknown) => ({ token: `${token}`, body })

async function make(token: Token, username: string, fields: object): Promise<{ key: string; token: string }> {
  const answer = await api.send('POST', `${users}/${username}/tokens`, as(token, fields))
  expect(answer.statusCode).toBe(201)
  const { token: text } = answer.json()
  return { token: text, key: text.slice(3, 25) }
}

describe('tokens', () => {
  it('are made with their place, and no proxy keeps the answer', async () => {
    const body = { token_name: 'one', scopes: ['read:all'], expires: '2100-01-01T00:00:00.9Z' }
    const answer = await api.send('POST', `${users}/alice/tokens`, as(alice, body))
    const { token } = answer.json()
    expect(answer.headers).toMatchObject({
      location: `/auth/api/v1/users/alice/tokens/${token.slice(3, 25)}`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    const info = await api.send('GET', String(answer.headers.location), as(alice))
    expect(info.body).toMatch(
      /^\{"username":"alice","token_type":"user","scopes":\["read:all"\],"created":\d+,"expires":4102444800,"token":"[\w-]{22}","token_name":"one"\}$/,
    )
  })

  it('have scopes as long as the configuration’s', async () => {
    const long = await api.newToken('alice', [LONG_SCOPE])
    const info = await api.send('GET', '/auth/api/v1/token-info', as(long))
    expect(info.json().scopes).toEqual([LONG_SCOPE])
    const body = { token_name: 'unknown', scopes: [`${LONG_SCOPE}s`] }
    const refused = await api.send('POST', `${users}/rooty/tokens`, as(root, body))
    expect([refused.statusCode, errorTypes(refused)]).toEqual([422, ['invalid_scopes']])
  })

  it('of others are neither shown, nor changed, nor revoked, nor said to be there', async () => {
    for (const key of [alice.key, 'AAAAAAAAAAAAAAAAAAAAAA']) {
      for (const [method, path, body] of [
        ['GET', ''],
        ['PATCH', '', {}],
        ['DELETE', ''],
        ['GET', '/change-history'],
        ['GET', '/revocation'],
        ['POST', '/rotate', {}],
      ] as const) {
        const answer = await api.send(method, `${users}/alice/tokens/${key}${path}`, as(bob, body))
        expect([answer.statusCode, errorTypes(answer)]).toEqual([403, ['permission_denied']])
      }
    }
  })

  it('are told from unknown ones to whoever may know', async () => {
    const answer = await api.send('GET', `${users}/bobby/tokens/${alice.key}`, as(root))
    expect([answer.statusCode, answer.json().detail[0].loc]).toEqual([404, ['path', 'key']])
  })

  it('are changed by administrators', async () => {
    const { key } = await make(alice, 'alice', { token_name: 'to change', scopes: ['read:all'] })
    const changed = await api.send(
      'PATCH',
      `${users}/alice/tokens/${key}`,
      as(root, { token_name: 'changed', scopes: [] }),
    )
    expect(changed.json()).toMatchObject({ token: key, token_name: 'changed', scopes: [] })
    expect((await api.send('PATCH', `${users}/alice/tokens/${key}`, as(alice, {}))).statusCode).toBe(403)
  })

  it('are revoked, which is answered without a body', async () => {
    const { key, token } = await make(alice, 'alice', { token_name: 'to revoke' })
    const path = `${users}/alice/tokens/${key}`
    expect((await api.send('GET', `${path}/revocation`, as(alice))).json()).toMatchObject([{ token: key }])
    const answer = await api.send('DELETE', path, { ...as(alice), headers: { 'content-type': 'text/plain' } })
    expect([answer.statusCode, answer.body, answer.headers['content-type']]).toEqual([
      204,
      '',
      expect.stringContaining('application/json'),
    ])
    expect((await api.send('DELETE', path, as(alice))).statusCode).toBe(404)
    expect((await api.send('GET', '/auth/api/v1/token-info', as(token))).statusCode).toBe(401)
    expect((await api.send('GET', `${path}/change-history`, as(alice))).json()).toHaveLength(2)
  })

  it('are rotated, with or without a body', async () => {
    const { key, token } = await make(alice, 'alice', { token_name: 'to rotate' })
    const path = `${users}/alice/tokens/${key}/rotate`
    const rotated = await api.send('POST', path, as(alice, { overlap: 60 }))
    expect(rotated.statusCode).toBe(200)
    expect(rotated.json().token).toMatch(new RegExp(`^gt-${key}\\.`))
    const whose = async (one: string) =>
      (await api.send('GET', '/auth/api/v1/token-info', as(one))).statusCode
    expect([await whose(token), await whose(rotated.json().token)]).toEqual([200, 200])

    const again = await api.send('POST', path, as(alice))
    expect([await whose(rotated.json().token), await whose(again.json().token)]).toEqual([401, 200])
    expect(errorTypes(await api.send('POST', path, as(alice, { overlap: 86_401 })))).toEqual([
      'less_than_equal',
    ])
  })

  it('are not rotated by one that has fewer scopes', async () => {
    const wide = await api.newToken('alice', ['admin:token', 'user:token'])
    const path = `${users}/alice/tokens/${wide.key}/rotate`
    const answer = await api.send('POST', path, as(alice, { overlap: 60 }))
    expect([answer.statusCode, errorTypes(answer)]).toEqual([422, ['invalid_scopes']])
    expect((await api.send('POST', path, as(wide))).statusCode).toBe(200)
  })

  it('that only the data knows are revoked, recorded and logged as others are', async () => {
    const lost = await api.newToken('alice')
    await api.test.porthor.database.db.deleteFrom('token').where('token', '=', lost.key).execute()
    const path = `${users}/alice/tokens/${lost.key}`
    expect((await api.send('DELETE', path, as(alice))).statusCode).toBe(204)
    const history = await api.send('GET', `${path}/change-history`, as(alice))
    expect(history.json()[0]).toMatchObject({ action: 'revoke', actor: 'alice', ip_address: '127.0.0.1' })
    const logged = api.lines.filter(
      ({ event, fields }) => event === 'Deleted token' && fields.token_key === lost.key,
    )
    expect(logged).toMatchObject([{ fields: { token_username: 'alice' } }])
    expect((await api.send('DELETE', path, as(alice))).statusCode).toBe(404)
  })

  it('that only the other store knows are told so', async () => {
    const lost = await api.newToken('alice')
    const { db } = api.test.porthor.database
    await db.deleteFrom('token').where('token', '=', lost.key).execute()
    const answer = await api.send('GET', '/auth/api/v1/token-info', as(lost))
    expect([answer.statusCode, errorTypes(answer)]).toEqual([403, ['invalid_token']])
    expect(answer.headers).not.toHaveProperty('www-authenticate')
  })
})

describe('a list of tokens', () => {
  const path = `${users}/paging/tokens`
  let owner: Token

  beforeAll(async () => {
    owner = await api.newToken('paging')
    for (const name of ['a', 'b', 'c', 'd']) await make(owner, 'paging', { token_name: name })
  })

  it('comes all at once, whatever limit is given, as in the reference', async () => {
    for (const query of ['', '?limit=1&foo=bar', '?limit=nonsense']) {
      const answer = await api.send('GET', path + query, as(owner))
      expect(answer.json()).toHaveLength(5)
      expect(answer.headers).not.toHaveProperty('link')
    }
  })

  it('comes in pages where a cursor asks for them', async () => {
    const whole = (await api.send('GET', path, as(owner))).json()
    const found: unknown[] = []
    const sizes: number[] = []
    for (let next: string | undefined = `${path}?limit=2&cursor=`; next; ) {
      const answer = await api.send('GET', next, as(owner))
      expect(answer.headers['x-total-count']).toBe('5')
      expect(answer.headers.link).toMatch(`<http://example.com${path}?limit=2&cursor=>; rel="first"`)
      found.push(...answer.json())
      sizes.push(answer.json().length)
      next = /<http:\/\/example\.com([^>]+)>; rel="next"/.exec(String(answer.headers.link))?.[1]
    }
    expect(found).toEqual(whole.map((token: object) => ({ ...token, live: true, children: 0 })))
    expect(sizes).toEqual([2, 2, 1])
  })

  it('refuses a cursor that is none', async () => {
    for (const cursor of [
      'x',
      '1_2',
      '99999999999999_AAAAAAAAAAAAAAAAAAAAAA',
      '999999999999_AAAAAAAAAAAAAAAAAAAAAA',
    ]) {
      expect((await api.send('GET', `${path}?cursor=${cursor}`, as(owner))).statusCode).toBe(422)
    }
  })
})

describe('a history', () => {
  it('comes in pages, that of a token too', async () => {
    const { key } = await make(alice, 'alice', { token_name: 'with history' })
    const path = `${users}/alice/tokens/${key}/change-history`
    await api.send('PATCH', `${users}/alice/tokens/${key}`, as(root, { token_name: 'with more' }))
    const first = await api.send('GET', `${path}?limit=1`, as(alice))
    expect(first.json()).toMatchObject([{ action: 'edit' }])
    expect(first.headers['x-total-count']).toBe('2')
    const [, next = ''] = /<http:\/\/example\.com([^>]+)>; rel="next"/.exec(String(first.headers.link)) ?? []
    const second = await api.send('GET', next, as(alice))
    expect(second.json()).toMatchObject([{ action: 'create' }])
    expect(second.headers.link).toMatch(/rel="prev"/)
  })

  it('names the address that trusted proxies tell', async () => {
    const body = { token_name: 'from afar' }
    const headers = { 'x-forwarded-for': '203.0.113.9, 198.51.100.1, 10.0.0.7', 'x-forwarded-proto': 'https' }
    await api.send('POST', `${users}/alice/tokens`, { ...as(alice, body), headers })
    const answer = await api.send('GET', `${users}/alice/token-change-history?limit=1`, {
      ...as(alice),
      headers,
    })
    expect(answer.json()).toMatchObject([{ token_name: 'from afar', ip_address: '198.51.100.1' }])
    expect(answer.headers.link).toMatch('<https://example.com/')
  })

  it('has headers of a page wherever a page was asked for, and no page is larger than a thousand', async () => {
    const path = '/auth/api/v1/history/token-changes'
    expect((await api.send('GET', path, as(root))).headers).not.toHaveProperty('link')
    for (const query of ['limit=5000', 'cursor=9999999999_1', 'limit=99999999999999999999']) {
      expect((await api.send('GET', `${path}?${query}`, as(root))).headers).toHaveProperty('x-total-count')
    }
  })

  it('refuses cursors and addresses that mean nothing, after asking who is asking', async () => {
    const path = `${users}/alice/token-change-history`
    expect(errorTypes(await api.send('GET', `${path}?cursor=99999999999999999_1`, as(alice)))).toEqual([
      'invalid_cursor',
    ])
    expect(errorTypes(await api.send('GET', `${path}?ip_address=1.2.3.4/24`, as(alice)))).toEqual([
      'invalid_ip_address',
    ])
    expect(errorTypes(await api.send('GET', `${path}?ip_address=1.2.3.4/24`, as(bob)))).toEqual([
      'permission_denied',
    ])
  })
})

describe('an administrator', () => {
  it('revokes all tokens of a user', async () => {
    const [one, other] = [await api.newToken('carol'), await api.newToken('carol')]
    const path = `${users}/carol/revoke`
    expect((await api.send('POST', path, as(one))).statusCode).toBe(403)
    const answer = await api.send('POST', path, as(BOOTSTRAP_TOKEN))
    expect(
      answer
        .json()
        .map(({ token }: { token: string }) => token)
        .toSorted(),
    ).toEqual([one.key, other.key].toSorted())
    expect((await api.send('GET', '/auth/api/v1/token-info', as(one))).statusCode).toBe(401)
    expect((await api.send('POST', path, as(root))).json()).toEqual([])
  })

  it('freezes and unfreezes a user', async () => {
    const dave = await api.newToken('dave-d')
    const path = `${users}/dave-d/freeze`
    expect((await api.send('POST', path, as(dave))).statusCode).toBe(403)
    for (const _ of [1, 2]) expect((await api.send('POST', path, as(root))).statusCode).toBe(204)
    expect((await api.send('GET', '/auth/api/v1/frozen-users', as(root))).json()).toEqual([
      { username: 'dave-d', since: expect.any(Number), actor: 'rooty' },
    ])
    const refused = await api.send(
      'POST',
      '/auth/api/v1/tokens',
      as(root, { username: 'dave-d', token_type: 'user', token_name: 'x' }),
    )
    expect(errorTypes(refused)).toEqual(['user_frozen'])
    expect((await api.send('DELETE', path, as(root))).statusCode).toBe(204)
    expect((await api.send('GET', '/auth/api/v1/token-info', as(dave))).statusCode).toBe(200)
    expect((await api.send('DELETE', path, as(root))).statusCode).toBe(404)
  })

  it('is made and unmade', async () => {
    const admins = '/auth/api/v1/admins'
    expect((await api.send('POST', admins, as(BOOTSTRAP_TOKEN, { username: 'alice' }))).statusCode).toBe(204)
    expect((await api.send('GET', admins, as(root))).json()).toEqual([
      { username: 'admin' },
      { username: 'alice' },
    ])
    expect(errorTypes(await api.send('POST', admins, as(BOOTSTRAP_TOKEN, { username: 'alice' })))).toEqual([
      'duplicate_admin',
    ])
    expect(
      errorTypes(await api.send('POST', admins, as(BOOTSTRAP_TOKEN, { username: 'Not Valid!!' }))),
    ).toEqual(['string_pattern_mismatch'])
    expect((await api.send('DELETE', `${admins}/alice`, as(BOOTSTRAP_TOKEN))).statusCode).toBe(204)
    expect((await api.send('DELETE', `${admins}/alice`, as(BOOTSTRAP_TOKEN))).statusCode).toBe(404)
  })
})

describe('an administrator whose name is no username, as the reference may have let in', () => {
  const path = '/auth/api/v1/admins'
  const stored = ['Bob.Smith', 'Über/50%']

  beforeAll(async () => {
    const { db } = api.test.porthor.database
    await db
      .insertInto('admin')
      .values(stored.map((username) => ({ username })))
      .execute()
  })

  it('has a place in the pages', async () => {
    const page = await api.send('GET', `${path}?cursor=Bob.Smith&limit=1`, as(BOOTSTRAP_TOKEN))
    expect(page.json()).toEqual([{ username: 'admin' }])
    const names = (await api.send('GET', path, as(BOOTSTRAP_TOKEN))).json()
    expect(names).toEqual(['Bob.Smith', 'admin', 'Über/50%'].map((username) => ({ username })))
  })

  it('is not the one who stays where the last is removed', async () => {
    const answer = await api.send('DELETE', `${path}/admin`, as(BOOTSTRAP_TOKEN))
    expect([answer.statusCode, errorTypes(answer)]).toEqual([403, ['permission_denied']])
  })

  it('is removed, and refused as no username where there is none such', async () => {
    for (const name of stored) {
      const remove = () => api.send('DELETE', `${path}/${encodeURIComponent(name)}`, as(BOOTSTRAP_TOKEN))
      expect((await remove()).statusCode).toBe(204)
      const again = await remove()
      expect([again.statusCode, errorTypes(again)]).toEqual([422, ['string_pattern_mismatch']])
    }
  })
})

describe('information about a user', () => {
  it('is that of the token, its groups by name', async () => {
    const groups = [
      { name: 'b', id: 2 },
      { name: 'B', id: 3 },
      { name: 'a', id: 1 },
    ]
    const token = await api.newToken('erin-e', [], { name: 'É', uid: 99, groups })
    expect((await api.send('GET', '/auth/api/v1/user-info', as(token))).body).toBe(
      '{"username":"erin-e","name":"É","uid":99,"gid":99,"groups":[{"name":"B","id":3},{"name":"a","id":1},{"name":"b","id":2}]}',
    )
  })

  it('keeps all digits of numbers that the reference let in', async () => {
    const token = await api.newToken('huge-uid')
    const stores = openStores(api.test)
    const data = await stores.read(token.key)
    if (!data) throw new Error('The token is not there')
    await stores.write({ ...data, uid: 1180591620717411303424n })
    expect((await api.send('GET', '/auth/api/v1/user-info', as(token))).body).toContain(
      '"uid":1180591620717411303424',
    )
  })

  it('of a directory is not there without one', async () => {
    const answer = await api.send('GET', `${users}/bobby`, as(alice))
    expect([answer.statusCode, errorTypes(answer)]).toEqual([404, ['not_supported']])
  })
})
