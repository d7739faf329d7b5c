import { afterAll, beforeAll, expect, it } from 'vitest'
import { openApi, type TestApi } from './api.ts'

const GIVEN = '4c2a9e1f00d3b7a8'

let api: TestApi
beforeAll(async () => {
  api = await openApi({
    change: ({ statistics }) => ({
      statistics: Object.assign(Object.create(statistics), {
        get: () => Promise.reject(new Error('A defect')),
      }),
    }),
  })
})
afterAll(() => api.close())

it.each([
  ['what is there', 200, 'GET', '/health'],
  ['a page', 503, 'GET', '/auth/tokens'],
  ['what is elsewhere', 307, 'GET', '/health/'],
  ['what is not there', 404, 'GET', '/nothing'],
  ['what is not done there', 405, 'PUT', '/health'],
  ['nobody', 401, 'GET', '/auth/api/v1/token-info'],
  ['what cannot be decoded', 400, 'GET', '/auth/api/v1/users/%zz/tokens'],
  ['what is too long', 414, 'GET', `/health?${'x'.repeat(9000)}`],
])('the answer to %s names the request as the log does: %i', async (_what, status, method, path) => {
  const from = api.lines.length
  const answer = await api.send(method, path)
  // The page is there where it has been built.
  expect([status, path === '/auth/tokens' ? 200 : status]).toContain(answer.statusCode)
  await new Promise((resolve) => setImmediate(resolve))
  const ids = api.lines.slice(from).map(({ fields }) => fields.request_id)
  expect(ids.length).toBeGreaterThan(0)
  expect(new Set([answer.headers['x-request-id'], ...ids]).size).toBe(1)
})

it('so does that to a request on which there is a defect', async () => {
  const root = await api.newToken('rooty', ['admin:token'])
  const answer = await api.send('GET', '/auth/api/v1/statistics', { token: `${root}` })
  expect(answer.statusCode).toBe(500)
  const line = api.lines.find(({ event }) => event === 'Uncaught exception')
  expect(line?.fields.request_id).toBe(answer.headers['x-request-id'])
})

it('no two requests have the same name', async () => {
  const [one, other] = await Promise.all([api.send('GET', '/health'), api.send('GET', '/health')])
  expect(one?.headers['x-request-id']).not.toBe(other?.headers['x-request-id'])
})

it('a proxy that is believed names the request, nobody else does', async () => {
  const nameFrom = async (remoteAddress: string) => {
    const headers = { 'x-request-id': GIVEN }
    const answer = await api.app.inject({ method: 'GET', url: '/health', headers, remoteAddress })
    return answer.headers['x-request-id']
  }
  expect(await nameFrom('127.0.0.1')).toBe(GIVEN)
  expect(await nameFrom('192.0.2.1')).not.toBe(GIVEN)
})
