import { beforeAll, expect, it } from 'vitest'
import type { Token } from '../../src/models/token.ts'
import { errorTypes, onEachApi } from './api.ts'

const API = '/auth/api/v1'
const NAMES = ['aa-b', 'aa1', 'ab', 'b1c', 'zoe']

onEachApi('a list of users', (api) => {
  let root: Token

  beforeAll(async () => {
    root = await api().newToken('rooty', ['admin:token'])
    for (const name of NAMES) {
      await send('POST', `/users/${name}/freeze`, { reason: `Of ${name}` })
      await api().send('POST', `${API}/admins`, { token: await admin(), body: { username: name } })
    }
  })

  const send = (method: string, path: string, body?: unknown, token = root) =>
    api().send(method, API + path, { token: `${token}`, body })
  /** One who may change the table of administrators. */
  const admin = async () => `${await api().newToken('admin', ['admin:token'])}`

  async function pagesOf(path: string): Promise<string[][]> {
    const pages: string[][] = []
    for (let next: string | undefined = path; next; ) {
      const answer = await send('GET', next)
      expect(answer.statusCode).toBe(200)
      pages.push(answer.json().map(({ username }: { username: string }) => username))
      next = new RegExp(`<http://example\\.com${API}([^>]+)>; rel="next"`).exec(
        String(answer.headers.link),
      )?.[1]
    }
    return pages
  }

  it('who are frozen comes in pages by name, with why', async () => {
    expect(await pagesOf('/frozen-users?limit=2')).toEqual([['aa-b', 'aa1'], ['ab', 'b1c'], ['zoe']])
    expect(await pagesOf('/frozen-users')).toEqual([NAMES])
    expect((await send('GET', '/frozen-users?limit=1')).json()).toEqual([
      { username: 'aa-b', since: expect.any(Number), actor: 'rooty', reason: 'Of aa-b' },
    ])
  })

  it('who are administrators comes whole, as in the reference, or in pages by name', async () => {
    const all = ['aa-b', 'aa1', 'ab', 'admin', 'b1c', 'zoe']
    const whole = await send('GET', '/admins')
    expect(whole.json().map(({ username }: { username: string }) => username)).toEqual(all)
    expect(whole.headers).not.toHaveProperty('link')
    expect(await pagesOf('/admins?limit=4')).toEqual([all.slice(0, 4), all.slice(4)])
    expect(await pagesOf('/admins?cursor=')).toEqual([all])
    expect(await pagesOf('/admins?limit=6')).toEqual([all])
  })

  it('who are known goes on where the page before has ended, within a beginning too', async () => {
    expect(await pagesOf('/users?prefix=a&limit=2')).toEqual([
      ['aa-b', 'aa1'],
      ['ab', 'admin'],
    ])
    expect((await pagesOf('/users?frozen=true&limit=3')).flat()).toEqual(NAMES)
  })

  it.each(['/frozen-users', '/admins', '/users'])('takes no cursor that can be no name: %s', async (path) => {
    for (const cursor of ['two%0Alines', 'x'.repeat(65), '%00']) {
      const answer = await send('GET', `${path}?cursor=${cursor}`)
      expect([answer.statusCode, answer.json().detail[0].loc]).toEqual([422, ['query', 'cursor']])
    }
    for (const limit of ['0', '-1', 'all']) {
      const answer = await send('GET', `${path}?limit=${limit}`)
      expect([answer.statusCode, answer.json().detail[0].loc]).toEqual([422, ['query', 'limit']])
    }
    const answer = await send('GET', `${path}?limit=1`, undefined, await api().newToken('alice'))
    expect(errorTypes(answer)).toEqual(['permission_denied'])
  })
})
