import { beforeAll, describe, expect, it } from 'vitest'
import type { Token } from '../../src/models/token.ts'
import { timestamp } from '../../src/storage/schema.ts'
import { errorTypes, onEachApi } from './api.ts'

const API = '/auth/api/v1'
const ALL = `${API}/history/token-changes`
const ABSENT = 'AAAAAAAAAAAAAAAAAAAAAA'
const HEAD =
  'event_time,action,changed,username,token,token_type,token_name,service,parent,scopes,expires,actor,ip_address,cause,ancestor,old_token_name,old_scopes,old_expires'
/** More entries than are read at once. */
const MANY = 2_101
const HALF = 900

interface Entry {
  token: string
  action: string
  actor: string
  event_time: number
  token_name?: string
}

onEachApi('a history', (api) => {
  let alice: Token
  let bob: Token
  let root: Token
  /** Of alice: made by her, renamed by an administrator, with a child and a grandchild; all of that from other addresses. */
  let laptop: { key: string; child: string; grandchild: string }
  let madeAt: number

  const get = (path: string, token: Token = alice, headers = {}) =>
    api().send('GET', path, { token: `${token}`, headers })
  const entries = async (path: string, token = alice): Promise<Entry[]> => {
    const answer = await get(path, token)
    expect(answer.statusCode).toBe(200)
    return answer.json()
  }
  const own = `${API}/users/alice/token-change-history`
  const ofLaptop = () => `${API}/users/alice/tokens/${laptop.key}/change-history`
  const summary = (found: Entry[]) => found.map(({ token, action }) => `${action} ${token}`)

  beforeAll(async () => {
    alice = await api().newToken('alice', ['user:token', 'read:all'])
    bob = await api().newToken('bobby')
    root = await api().newToken('rooty', ['admin:token'])
    api().test.advance(100)
    const made = await api().send('POST', `${API}/users/alice/tokens`, {
      token: `${alice}`,
      body: { token_name: '=HYPERLINK("x")', scopes: ['read:all'], note: 'one, two' },
      headers: { 'x-forwarded-for': '203.0.113.7' },
    })
    const key = made.json().token.slice(3, 25)
    madeAt = (await entries(`${own}?limit=1`))[0]?.event_time ?? 0
    api().test.advance(100)
    await api().send('PATCH', `${API}/users/alice/tokens/${key}`, {
      token: `${root}`,
      body: { token_name: 'say "x",\ny'.replace('\n', ' ') },
      headers: { 'x-forwarded-for': '2001:db8::1' },
    })
    const { delegation, data } = api().test.porthor
    const dataOf = async (one: string) => {
      const [stored] = await data.getMany([one])
      if (!stored?.data) throw new Error('There must be data')
      return stored.data
    }
    const child = await delegation.getNotebookToken({ parent: await dataOf(key), ipAddress: '198.51.100.1' })
    const grandchild = await delegation.getInternalToken(
      { parent: child, ipAddress: '198.51.100.1' },
      'tap',
      [],
    )
    laptop = { key, child: child.token.key, grandchild: grandchild.token.key }
  })

  describe('is narrowed', () => {
    it('by time, both ends included', async () => {
      const found = await entries(`${own}?since=${madeAt}&until=${madeAt}`)
      expect(summary(found)).toEqual([`create ${laptop.key}`])
    })

    it.each([
      ['what was done', 'action=edit', () => [`edit ${laptop.key}`]],
      ['who did it', 'actor=rooty', () => [`edit ${laptop.key}`]],
      ['the kind of token', 'token_type=notebook', () => [`create ${laptop.child}`]],
      ['an address', 'ip_address=203.0.113.7', () => [`create ${laptop.key}`]],
      ['a network', 'ip_address=2001:db8::/32', () => [`edit ${laptop.key}`]],
      [
        'a token with its children',
        () => `key=${laptop.key}`,
        () => [`create ${laptop.child}`, `edit ${laptop.key}`, `create ${laptop.key}`],
      ],
      [
        'a token with all below it',
        () => `subtree=${laptop.child}`,
        () => [`create ${laptop.grandchild}`, `create ${laptop.child}`],
      ],
      [
        'several of these',
        'action=create&ip_address=198.51.100.0/24&token_type=internal',
        () => [`create ${laptop.grandchild}`],
      ],
    ])('by %s, for its owner and for administrators', async (_what, query, expected) => {
      const text = typeof query === 'string' ? query : query()
      expect(summary(await entries(`${own}?${text}`))).toEqual(expected())
      expect(summary(await entries(`${ALL}?username=alice&${text}`, root))).toEqual(expected())
    })

    it('by the same, where it is that of a token', async () => {
      expect(summary(await entries(`${ofLaptop()}?action=edit`))).toEqual([`edit ${laptop.key}`])
      expect(summary(await entries(`${ofLaptop()}?ip_address=203.0.113.0/24`))).toEqual([
        `create ${laptop.key}`,
      ])
      expect(summary(await entries(`${ofLaptop()}?descendants=true&token_type=internal`))).toEqual([
        `create ${laptop.grandchild}`,
      ])
      expect(await entries(`${ofLaptop()}?token_type=internal`)).toEqual([])
      expect(await entries(`${ofLaptop()}?until=1`)).toEqual([])
      expect((await get(`${ofLaptop()}?until=1&limit=5`)).json()).toEqual([])
    })

    it.each(['action=made', 'format=xml', 'since=yesterday', 'actor=No%20One'])(
      'by nothing that makes no sense: %s',
      async (query) => {
        for (const path of [own, ofLaptop()]) {
          const answer = await get(`${path}?${query}`)
          expect([answer.statusCode, answer.json().detail[0].loc]).toEqual([
            422,
            ['query', query.slice(0, query.indexOf('='))],
          ])
        }
      },
    )
  })

  it('comes as CSV that no program takes for a formula', async () => {
    const answer = await get(`${ofLaptop()}?format=csv`)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="token-changes-${laptop.key}.csv"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    const [head, child, edit, made, ...rest] = answer.body.split('\r\n')
    expect(head).toBe(HEAD)
    const time = (seconds: number) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
    expect(made).toBe(
      `${time(madeAt)},create,,alice,${csvKey(laptop.key)},user,"'=HYPERLINK(""x"")",,,read:all,,alice,203.0.113.7,,,,,`,
    )
    expect(edit).toContain(
      `,edit,token_name,alice,${csvKey(laptop.key)},user,"say ""x"", y",,,read:all,,rooty,2001:db8::1,`,
    )
    expect(edit).toContain(`,"'=HYPERLINK(""x"")",,`)
    expect(child).toContain(`,${csvKey(laptop.key)},read:all,`)
    expect(rest).toEqual([''])
  })

  it('comes in the form that the header prefers, and as a file where the address says so', async () => {
    const type = async (path: string, accept?: string) => {
      const { headers } = await get(path, alice, accept === undefined ? {} : { accept })
      return [headers['content-type'], headers['content-disposition'], headers.vary]
    }
    const csv = 'text/csv; charset=utf-8; header=present'
    const file = 'attachment; filename="token-changes-alice.csv"'
    expect(await type(own)).toEqual(['application/json', undefined, 'Accept'])
    expect(await type(own, 'text/csv')).toEqual([csv, file, 'Accept'])
    expect(await type(own, 'text/csv;q=0.5, application/json')).toEqual([
      'application/json',
      undefined,
      'Accept',
    ])
    expect(await type(`${own}?format=json`, 'text/csv')).toEqual([
      'application/json',
      'attachment; filename="token-changes-alice.json"',
      'Accept',
    ])
  })

  it('comes as a page in either form, with the way to the next one', async () => {
    const answer = await get(`${own}?format=csv&limit=1`)
    expect(answer.body.split('\r\n')).toHaveLength(3)
    expect(answer.headers.link).toMatch(/format=csv&limit=1&cursor=[^>]+>; rel="next"/)
  })

  it('comes whole, however long it is, and as the pages have it', async () => {
    const { database } = api().test.porthor
    const values = Array.from({ length: MANY }, (_, index) => ({
      ...{ token: ABSENT, username: 'carol', token_type: 'user' as const, token_name: `name ${index}` },
      ...{
        scopes: '',
        actor: 'carol',
        action: 'create' as const,
        event_time: 1_700_000_000 + Math.floor(index / 3),
      },
    }))
    for (let from = 0; from < MANY; from += 500) {
      await database.db
        .insertInto('token_change_history')
        .values(
          values.slice(from, from + 500).map((row) => ({ ...row, event_time: timestamp(row.event_time) })),
        )
        .execute()
    }
    const path = `${API}/users/carol/token-change-history`
    const whole = await entries(path, root)
    expect(whole.map(({ token_name: name }) => name)).toEqual(
      values.map(({ token_name: name }) => name).toReversed(),
    )
    expect((await get(`${path}?limit=1000`, root)).json()).toEqual(whole.slice(0, 1000))
    const middle = (await get(`${path}?limit=${HALF}`, root)).headers.link
    const cursor = /cursor=(\d+_\d+)>; rel="next"/.exec(`${middle}`)?.[1]
    for (const [from, part, way] of [
      [cursor, whole.slice(HALF), `p${cursor}>; rel="prev"`],
      [`p${cursor}`, whole.slice(0, HALF), `${cursor}>; rel="next"`],
    ] as const) {
      const answer = await get(`${path}?cursor=${from}`, root)
      expect(answer.json()).toEqual(part)
      expect(answer.headers).not.toHaveProperty('content-length')
      expect(answer.headers).toMatchObject({ 'x-total-count': `${MANY}` })
      expect(`${answer.headers.link}`.split(', ').slice(1)).toEqual([expect.stringContaining(way)])
    }
    const csv = (await get(`${path}?format=csv`, root)).body.split('\r\n')
    expect([csv.length, csv[0], csv[1]?.split(',')[6]]).toEqual([MANY + 2, HEAD, `name ${MANY - 1}`])
  })

  it('that is empty is so in both forms', async () => {
    const path = `${API}/users/nobody/token-change-history`
    expect((await get(path, root)).body).toBe('[]')
    expect((await get(`${path}?format=csv`, root)).body).toBe(`${HEAD}\r\n`)
  })

  it('of a token that never was is not there, in either form', async () => {
    for (const query of ['', '?format=csv', '?limit=1', '?action=edit']) {
      const answer = await get(`${API}/users/alice/tokens/${ABSENT}/change-history${query}`)
      expect([answer.statusCode, answer.json().detail[0].loc]).toEqual([404, ['path', 'key']])
    }
  })

  it('is nobody else’s, in any form', async () => {
    const narrow = await api().newToken('alice', ['read:all'])
    for (const query of ['', '?format=csv', '?format=json', '?limit=1', '?ip_address=nonsense']) {
      for (const path of [own, ofLaptop(), ALL]) {
        for (const token of path === ALL ? [alice, bob] : [bob, narrow]) {
          const answer = await get(path + query, token)
          expect([answer.statusCode, errorTypes(answer)]).toEqual([403, ['permission_denied']])
          expect(answer.headers['content-type']).toMatch('application/json')
        }
      }
    }
  })

  it('shows nobody the tokens of another user, whose key they know', async () => {
    for (const query of [`subtree=${laptop.key}`, `key=${laptop.key}`]) {
      expect(await entries(`${API}/users/bobby/token-change-history?${query}`, bob)).toEqual([])
    }
    expect(
      (await get(`${API}/users/bobby/tokens/${laptop.key}/change-history?descendants=true`, bob)).statusCode,
    ).toBe(404)
  })
})

/** Keys may begin with a hyphen. */
function csvKey(key: string): string {
  return key.startsWith('-') ? `'${key}` : key
}
