import { beforeAll, beforeEach, expect, it } from 'vitest'
import type { Token } from '../../src/models/token.ts'
import type { TokenData } from '../../src/models/token-data.ts'
import { BOOTSTRAP_TOKEN } from '../support/porthor.ts'
import { openStores, type TestStores } from '../support/stores.ts'
import { errorTypes, onEachApi, sessionCookie } from './api.ts'

const AUDIT = '/auth/api/v1/audit'

interface Line {
  event: string
  kind?: string
  token?: string
  repaired?: boolean
  repair?: { action: string }
}

onEachApi('the audit', (api) => {
  let stores: TestStores
  let root: Token

  beforeAll(() => {
    stores = openStores(api().test)
  })
  beforeEach(async () => {
    await api().test.porthor.deleteAllData()
    root = await api().newToken('rooty', ['admin:token'])
  })

  const send = (method: string, path: string, token: Token | string = root, body?: unknown) =>
    api().send(method, `${AUDIT}${path}`, { token: `${token}`, body })

  async function linesOf(method: string, path: string): Promise<Line[]> {
    const answer = await send(method, path)
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/x-ndjson'])
    expect(answer.headers['cache-control']).toBe('no-store')
    return answer.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  }
  const findingsOf = (lines: Line[]) => lines.filter(({ event }) => event === 'finding')
  const isAccepted = async (token: Token) =>
    (await api().send('GET', '/auth/api/v1/token-info', { token: `${token}` })).statusCode === 200

  async function read(token: Token): Promise<TokenData> {
    const data = await stores.read(token.key)
    if (!data) throw new Error('There must be data')
    return data
  }

  async function childOf(token: Token): Promise<Token> {
    const { delegation } = api().test.porthor
    const child = await delegation.getInternalToken({ parent: await read(token), ipAddress: null }, 'tap', [])
    return child.token
  }

  /** A token whose data is lost, with another one below it. */
  async function lost(): Promise<{ parent: Token; child: Token }> {
    const parent = await api().newToken('alice')
    const child = await childOf(parent)
    await stores.remove(parent.key)
    return { parent, child }
  }

  it('of sound stores says how far it has come, and that nothing is wrong', async () => {
    await api().newToken('alice')
    const lines = await linesOf('GET', '')
    expect(lines[0]).toEqual({ event: 'progress', checked: 0, total: 2 })
    expect(lines.at(-1)).toEqual({ event: 'summary', checked: 2, findings: 0, repaired: 0 })
    expect(findingsOf(lines)).toEqual([])
  })

  it('says what a repair would do, and does none of it', async () => {
    const { parent, child } = await lost()
    const narrowed = await api().newToken('alice', ['read:all', 'read:some'])
    await stores.setRow(narrowed.key, ['read:some', 'exec:test'], null)
    const unknown = await api().newToken('alice')
    await api().test.porthor.database.db.deleteFrom('token').where('token', '=', unknown.key).execute()
    api().test.advance(301)

    for (const _again of [1, 2]) {
      const lines = await linesOf('GET', '')
      const found = new Map(
        findingsOf(lines).map(({ event: _, message: __, ...rest }: Line & { message?: string }) => [
          rest.token,
          rest,
        ]),
      )
      expect(found.get(parent.key)).toEqual({
        ...{ kind: 'only-in-database', token: parent.key, username: 'alice', repaired: false },
        repair: { action: 'end', tokens: 2 },
      })
      expect(found.get(narrowed.key)).toEqual({
        ...{
          kind: 'mismatch',
          token: narrowed.key,
          username: 'alice',
          mismatches: ['scopes'],
          repaired: false,
        },
        repair: { action: 'narrow', tokens: 1, scopes: ['read:some'] },
      })
      expect(found.get(unknown.key)).toEqual({
        ...{ kind: 'only-in-data', token: unknown.key, username: 'alice', repaired: false },
        repair: { action: 'delete-data' },
      })
      expect(lines.at(-1)).toMatchObject({ event: 'summary', findings: 3, repaired: 0 })
    }
    expect(await isAccepted(child)).toBe(true)
  })

  it('repairs the tokens that were chosen, and no others', async () => {
    const [chosen, other] = [await lost(), await lost()]
    const body = { tokens: [chosen.parent.key, root.key] }
    const answer = await send('POST', '/repair', root, body)
    expect([answer.statusCode, answer.json()]).toMatchObject([
      200,
      {
        findings: [{ token: chosen.parent.key, repaired: true, repair: { action: 'end', tokens: 2 } }],
        sound: [root.key],
      },
    ])
    expect([await isAccepted(chosen.child), await isAccepted(other.child)]).toEqual([false, true])
    const [entry] = (
      await api().send('GET', `/auth/api/v1/users/alice/tokens/${chosen.parent.key}/change-history`, {
        token: `${root}`,
      })
    ).json()
    expect(entry).toMatchObject({ action: 'revoke', actor: 'rooty', cause: 'audit', ip_address: '127.0.0.1' })
    const again = await send('POST', '/repair', root, { tokens: [chosen.parent.key] })
    expect(again.json()).toEqual({ findings: [], sound: [chosen.parent.key] })
  })

  it('repairs everything, and finds nothing afterwards', async () => {
    const { child } = await lost()
    const lines = await linesOf('POST', '/repair-all')
    expect(findingsOf(lines)).toMatchObject([{ kind: 'only-in-database', repaired: true }])
    expect(lines.at(-1)).toMatchObject({ event: 'summary', findings: 1, repaired: 1 })
    expect(await isAccepted(child)).toBe(false)
    expect(findingsOf(await linesOf('GET', ''))).toEqual([])
  })

  it('repairs nothing where so much is wrong that a store is the likelier culprit, and says so', async () => {
    const tokens = await Promise.all(Array.from({ length: 12 }, () => api().newToken('alice')))
    for (const { key } of tokens) await stores.remove(key)
    const lines = await linesOf('POST', '/repair-all')
    expect(lines.at(-1)).toMatchObject({
      findings: 12,
      repaired: 0,
      alarm: expect.stringMatching(/need repair/),
    })
    expect(findingsOf(lines).some(({ repaired }) => repaired)).toBe(false)
  })

  it('leaves alone what a Gafaelfawr beside may be about to enter', async () => {
    const young = await api().newToken('alice')
    await api().test.porthor.database.db.deleteFrom('token').where('token', '=', young.key).execute()
    expect(findingsOf(await linesOf('GET', ''))).toEqual([])
    expect((await send('POST', '/repair', root, { tokens: [young.key] })).json().findings).toEqual([])
  })

  it('names the request in what it logs', async () => {
    const { parent } = await lost()
    const from = api().lines.length
    const answer = await send('GET', '')
    const line = api()
      .lines.slice(from)
      .find(({ fields }) => fields.kind === 'only-in-database')
    expect(line?.fields).toMatchObject({
      request_id: answer.headers['x-request-id'],
      token: parent.key,
    })
  })

  it.each([
    [[], 'too_short'],
    [Array(101).fill('AAAAAAAAAAAAAAAAAAAAAA'), 'too_long'],
    [['short'], 'string_too_short'],
  ])('is not asked to repair %j', async (tokens, type) => {
    const answer = await send('POST', '/repair', root, { tokens })
    expect([answer.statusCode, errorTypes(answer)]).toEqual([422, [type]])
  })

  it('is for administrators alone, and by a page only with its value against forged requests', async () => {
    const alice = await api().newToken('alice')
    const body = { tokens: [alice.key] }
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/repair'],
      ['POST', '/repair-all'],
    ] as const) {
      const refused = await send(method, path, alice, method === 'POST' ? body : undefined)
      expect([refused.statusCode, errorTypes(refused)]).toEqual([403, ['permission_denied']])
      expect((await api().send(method, `${AUDIT}${path}`, { body })).statusCode).toBe(401)
      expect((await send(method, path, BOOTSTRAP_TOKEN, body)).statusCode).toBe(200)
      const headers = sessionCookie({ token: `${root}`, csrf: 'AAAAAAAAAAAAAAAAAAAAAA' })
      const forged = await api().send(method, `${AUDIT}${path}`, { body, headers })
      expect(forged.statusCode).toBe(method === 'GET' ? 200 : 403)
    }
  })
})
