import { beforeAll, beforeEach, expect, it } from 'vitest'
import type { Token } from '../../src/models/token.ts'
import { BOOTSTRAP_TOKEN } from '../support/porthor.ts'
import { errorTypes, onEachApi, sessionCookie } from './api.ts'

const PATH = '/auth/api/v1/quota-overrides'
const SOME = { default: { api: { portal: 10 }, tap: {} }, groups: {}, bypass: [] }
const OTHERS = { default: { api: { portal: 20 }, tap: {} }, groups: {}, bypass: ['operators'] }

onEachApi('quota overrides', (api) => {
  let root: Token

  beforeAll(async () => {
    root = await api().newToken('rooty', ['admin:token'])
  })
  beforeEach(async () => {
    await send('DELETE')
  })

  const send = (method: string, body?: unknown, headers = {}, token: Token | string = root) =>
    api().send(method, PATH, { token: `${token}`, body, headers })
  const shown = async () => (await send('GET')).json()

  it('are set as a whole, shown, and removed', async () => {
    expect((await send('GET')).statusCode).toBe(404)
    const set = await send('PUT', SOME)
    expect([set.statusCode, set.json()]).toEqual([200, SOME])
    await send('PUT', { bypass: ['b', 'a', 'a'] })
    expect(await shown()).toEqual({ default: { api: {}, tap: {} }, groups: {}, bypass: ['a', 'b'] })
    expect([(await send('DELETE')).statusCode, (await send('DELETE')).statusCode]).toEqual([204, 404])
  })

  it('are changed only in the state that the change is meant for', async () => {
    const tag = String((await send('PUT', SOME)).headers.etag)
    expect((await send('GET')).headers.etag).toBe(tag)
    const first = await send('PUT', OTHERS, { 'if-match': tag })
    expect([first.statusCode, first.headers.etag === tag]).toEqual([200, false])

    for (const late of [
      await send('PUT', SOME, { 'if-match': tag }),
      await send('DELETE', undefined, { 'if-match': tag }),
    ])
      expect([late.statusCode, errorTypes(late)]).toEqual([412, ['precondition_failed']])
    expect(await shown()).toEqual(OTHERS)
    expect((await send('DELETE', undefined, { 'if-match': String(first.headers.etag) })).statusCode).toBe(204)
  })

  it('are made only where there are none, if that is wanted', async () => {
    const onlyNew = { 'if-none-match': '*' }
    expect((await send('PUT', SOME, onlyNew)).statusCode).toBe(200)
    expect((await send('PUT', OTHERS, onlyNew)).statusCode).toBe(412)
    expect(await shown()).toEqual(SOME)
    await send('DELETE')
    expect((await send('PUT', OTHERS, { 'if-match': '*' })).statusCode).toBe(412)
  })

  it('are changed by one of several who have seen the same', async () => {
    const headers = { 'if-match': String((await send('PUT', SOME)).headers.etag) }
    const answers = await Promise.all(
      [1, 2, 3, 4].map((portal) => send('PUT', { default: { api: { portal } } }, headers)),
    )
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 412, 412, 412])
  })

  it.each<[unknown, string, (string | number)[]]>([
    [{ default: { api: { portal: -1 } } }, 'greater_than_equal', ['default', 'api', 'portal']],
    [{ default: { api: { portal: '10' } } }, 'int_parsing', ['default', 'api', 'portal']],
    [{ default: { api: { portal: 1.5 } } }, 'int_from_float', ['default', 'api', 'portal']],
    [{ groups: { staff: { notebook: { cpu: 1 } } } }, 'missing', ['groups', 'staff', 'notebook', 'memory']],
    [
      { groups: { staff: { tap: { qserv: { concurrent: null } } } } },
      'int_type',
      ['groups', 'staff', 'tap', 'qserv', 'concurrent'],
    ],
    [{ bypass: ['a', 7] }, 'string_type', ['bypass', 1]],
    [{ bypass: 'operators' }, 'set_type', ['bypass']],
    [{ defaults: {} }, 'extra_forbidden', ['defaults']],
    [{ default: { apis: {} } }, 'extra_forbidden', ['default', 'apis']],
    [[], 'model_attributes_type', []],
  ])('that make no sense are refused at the field: %j', async (body, type, place) => {
    const answer = await send('PUT', body)
    const [finding] = answer.json().detail
    expect([answer.statusCode, finding.type, finding.loc]).toEqual([422, type, ['body', ...place]])
    expect((await send('GET')).statusCode).toBe(404)
  })

  it('name all fields that are wrong, at once', async () => {
    const answer = await send('PUT', { default: { api: { a: -1, b: 'x' } }, bypass: 7 })
    expect(
      answer
        .json()
        .detail.map(({ loc }: { loc: string[] }) => loc.at(-1))
        .toSorted(),
    ).toEqual(['a', 'b', 'bypass'])
  })

  it('are for administrators alone, and by a page only with its value against forged requests', async () => {
    const alice = await api().newToken('alice')
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', SOME],
      ['DELETE', undefined],
    ] as const) {
      const refused = await send(method, body, {}, alice)
      expect([refused.statusCode, errorTypes(refused)]).toEqual([403, ['permission_denied']])
      expect((await send(method, body, {}, BOOTSTRAP_TOKEN)).statusCode).not.toBe(403)
      const headers = sessionCookie({ token: `${root}`, csrf: 'AAAAAAAAAAAAAAAAAAAAAA' })
      const forged = await api().send(method, PATH, { body, headers })
      expect([forged.statusCode === 403, method]).toEqual([method !== 'GET', method])
    }
  })
})
