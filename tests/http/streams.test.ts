import { once } from 'node:events'
import { request } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { StoreUnavailableError } from '../../src/models/errors.ts'
import { BOOTSTRAP_TOKEN } from '../support/porthor.ts'
import { openApi, type TestApi } from './api.ts'

const PATH = '/auth/api/v1/history/token-changes'

let api: TestApi
let url: string
/** Entries that are read, page by page; told when nobody reads on. */
let reading: { pages: number; fails: boolean; ended: () => void }

beforeAll(async () => {
  api = await openApi({
    change: ({ tokens }) => ({ tokens: Object.assign(tokens, { readChangeHistory: pages }) }),
  })
  const address = await api.app.listen({ port: 0, host: '127.0.0.1' })
  url = address + PATH
})
afterAll(() => api.close())

async function* pages() {
  const { pages, fails, ended } = reading
  try {
    for (let page = 0; page < pages; page++) yield Array.from({ length: 1_000 }, () => entry)
    if (fails) throw new StoreUnavailableError('The database went away')
  } finally {
    ended()
  }
}

const entry = {
  ...{ id: 1, token: 'AAAAAAAAAAAAAAAAAAAAAA', username: 'alice', tokenType: 'user', tokenName: 'laptop' },
  ...{ parent: null, scopes: [], service: null, expires: null, actor: 'alice', action: 'create' },
  ...{ oldTokenName: null, oldScopes: null, oldExpires: null, ipAddress: null, eventTime: 0 },
  ...{ cause: null, ancestor: null },
}
const headers = { authorization: `Bearer ${BOOTSTRAP_TOKEN}` }
const errors = () => api.lines.filter(({ level }) => level === 'error').map(({ event }) => event)

it('what is sent while it is read is whole', async () => {
  reading = { pages: 3, fails: false, ended: () => {} }
  const answer = await fetch(url, { headers })
  expect([answer.status, answer.headers.get('transfer-encoding')]).toEqual([200, 'chunked'])
  expect(await answer.json()).toHaveLength(3_000)
})

it('nothing is read on for a client that has gone, which is no error', async () => {
  const ended = new Promise<void>((resolve) => {
    reading = { pages: Number.POSITIVE_INFINITY, fails: false, ended: resolve }
  })
  const client = request(url, { headers }).end()
  const [answer] = await once(client, 'response')
  await once(answer, 'data')
  client.destroy()
  await ended
  expect(errors()).toEqual([])
})

it('what fails on the way breaks off, and is in the log', async () => {
  reading = { pages: 2, fails: true, ended: () => {} }
  const answer = await fetch(url, { headers })
  expect(answer.status).toBe(200)
  await expect(answer.text()).rejects.toThrow()
  expect(errors()).toEqual(['Store unavailable'])
})

it('what fails before there is anything is answered as an error', async () => {
  reading = { pages: 0, fails: true, ended: () => {} }
  const answer = await fetch(url, { headers })
  expect(answer.status).toBe(503)
  expect(await answer.json()).toMatchObject({ detail: [{ type: 'store_unavailable' }] })
})

it('a look at the head reads no more than its beginning', async () => {
  const ended = new Promise<void>((resolve) => {
    reading = { pages: Number.POSITIVE_INFINITY, fails: false, ended: resolve }
  })
  const answer = await fetch(url, { method: 'HEAD', headers: { ...headers, accept: 'text/csv' } })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/csv; charset=utf-8; header=present',
  ])
  await ended
})
