import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Endpoint, ProtectedEndpoint } from '../../src/http/endpoint.ts'
import { endpoints } from '../../src/http/endpoints.ts'
import type { Token } from '../../src/models/token.ts'
import { errorTypes, openApi, sessionCookie, type TestApi } from './api.ts'

const CSRF = 'AAAAAAAAAAAAAAAAAAAAAA'
const FOREVER = 4_102_444_800

/** Bodies that each endpoint accepts: whoever may not use it is told so, and not that the request is wrong. */
const BODIES: Readonly<Record<string, (key: string) => object>> = {
  'POST /auth/api/v1/users/{username}/tokens': () => ({ token_name: 'new', scopes: [], expires: FOREVER }),
  'PATCH /auth/api/v1/users/{username}/tokens/{key}': () => ({ token_name: 'changed' }),
  'PATCH /auth/api/v1/users/{username}/tokens/{key}/details': () => ({ note: 'changed' }),
  'POST /auth/api/v1/users/{username}/tokens/{key}/rotate': () => ({}),
  'POST /auth/api/v1/users/{username}/tokens/revoke': (key) => ({ tokens: [key] }),
  'POST /auth/api/v1/tokens': () => ({ username: 'alice', token_type: 'user', token_name: 'by an admin' }),
  'POST /auth/api/v1/admins': () => ({ username: 'alice' }),
  'POST /auth/api/v1/users/{username}/freeze': () => ({ reason: 'why' }),
  'PUT /auth/api/v1/quota-overrides': () => ({ bypass: ['everybody'] }),
  'POST /auth/api/v1/audit/repair': (key) => ({ tokens: [key] }),
}

/** About the presented token alone, which any token may ask; or, without a directory, not there for anybody. */
const FOR_ANY_TOKEN = new Set([
  'GET /auth/api/v1/token-info',
  'GET /auth/api/v1/user-info',
  'GET /auth/api/v1/users/{username}',
])

type Protected = ProtectedEndpoint<unknown, unknown, unknown>

const nameOf = ({ method, path }: Pick<Endpoint, 'method' | 'path'>) => `${method} ${path}`
const guarded = endpoints
  .filter((one): one is Protected => typeof one.access === 'object')
  .map((one): [string, Protected] => [nameOf(one), one])
const byHeader = guarded.filter(([, { access }]) => !access.cookieOnly)
const forAdmins = byHeader.filter(([, { access, tag }]) => access.scope !== undefined || tag === 'admin')
const ofUsers = byHeader.filter(([name, { path }]) => path.includes('{username}') && !FOR_ANY_TOKEN.has(name))
const changing = guarded.filter(([, { method }]) => method !== 'GET')

describe('of every endpoint', () => {
  let api: TestApi
  let alice: Token
  let narrow: Token
  let bob: Token
  let before: unknown

  beforeAll(async () => {
    api = await openApi()
    alice = await api.newToken('alice')
    narrow = await api.newToken('alice', ['read:all', 'exec:test'])
    bob = await api.newToken('bobby')
    before = await everything()
  })
  afterAll(() => api.close())

  /** All that a request without permission might have changed. */
  async function everything() {
    const { database, quotas } = api.test.porthor
    const root = { username: 'rooty', scopes: ['admin:token'], tokenKey: null, ipAddress: null }
    return {
      tokens: (await database.db.selectFrom('token').selectAll().orderBy('token').execute()).map(
        ({ last_used: _, ...row }) => row,
      ),
      history: await database.db.selectFrom('token_change_history').select('id').execute(),
      admins: await database.db.selectFrom('admin').selectAll().execute(),
      frozen: await database.db.selectFrom('porthor_frozen_user').selectAll().execute(),
      quotas: await quotas.getOverrides(root).catch((error: Error) => error.name),
    }
  }

  const send = (
    { method, path, body }: Protected,
    options: { token?: Token; headers?: Record<string, string> },
  ) =>
    api.send(method, path.replace('{username}', 'alice').replace('{key}', alice.key), {
      ...(options.token && { token: `${options.token}` }),
      ...(options.headers && { headers: options.headers }),
      ...(body && { body: BODIES[nameOf({ method, path })]?.(alice.key) }),
    })

  it.each(guarded)('nobody uses it without a token: %s', async (_name, endpoint) => {
    const answer = await send(endpoint, {})
    expect([answer.statusCode, errorTypes(answer)]).toEqual([401, ['no_authorization']])
  })

  it.each(forAdmins)('no user uses what is for administrators: %s', async (_name, endpoint) => {
    for (const token of [alice, narrow, bob]) {
      const answer = await send(endpoint, { token })
      expect([answer.statusCode, errorTypes(answer)]).toEqual([403, ['permission_denied']])
    }
  })

  it.each(ofUsers)('nobody sees or changes what is another user’s: %s', async (_name, endpoint) => {
    const answer = await send(endpoint, { token: bob })
    expect([answer.statusCode, errorTypes(answer)]).toEqual([403, ['permission_denied']])
  })

  it.each(ofUsers)(
    'a token without user:token looks after no tokens, its owner’s neither: %s',
    async (_name, endpoint) => {
      const answer = await send(endpoint, { token: narrow })
      expect([answer.statusCode, errorTypes(answer)]).toEqual([403, ['permission_denied']])
    },
  )

  it.each(changing)('no other site changes something by the cookie: %s', async (_name, endpoint) => {
    const cookie = sessionCookie({ token: `${alice}`, csrf: CSRF })
    for (const headers of [cookie, { ...cookie, 'x-csrf-token': CSRF.replace('A', 'B') }]) {
      const answer = await send(endpoint, { headers })
      expect([answer.statusCode, errorTypes(answer)]).toEqual([403, ['invalid_csrf']])
    }
  })

  it('nothing has come of all that', async () => {
    // Otherwise whatever is above was asked of too little.
    expect([guarded, forAdmins, ofUsers, changing].map(({ length }) => length > 10)).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(await everything()).toEqual(before)
  })
})
