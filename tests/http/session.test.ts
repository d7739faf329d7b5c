import { beforeAll, expect, it } from 'vitest'
import type { Token } from '../../src/models/token.ts'
import { errorTypes, onEachApi, sessionCookie } from './api.ts'

const path = '/auth/api/v1/session'
const LIMITS = { maximumTokenLifetimeSeconds: 86_400, maxTokensPerUser: 5 }

onEachApi(
  'the session of a page',
  (api) => {
    let alice: Token
    let admin: Token

    beforeAll(async () => {
      const begin = (username: string) =>
        api().test.porthor.tokens.createSession(
          { username, name: null, email: null, uid: null, gid: null, groups: null },
          ['read:all'],
          null,
        )
      alice = await begin('alice')
      admin = await begin('admin')
    })

    it('says what a page needs, and makes the value against forged requests', async () => {
      const headers = sessionCookie({ token: `${alice}` })
      const answer = await api().send('GET', path, { headers })
      const body = answer.json()
      const { created, expires } = (await api().test.porthor.tokens.getOwnTokenInfo(alice.key)) ?? {}
      expect(body).toMatchObject({
        ...{ username: 'alice', scopes: ['read:all', 'user:token'], token: alice.key, created, expires },
        ...{ may_administer: false, may_change_admins: false, logout_url: '/logout', login_url: '/login' },
        limits: {
          ...{ minimum_lifetime: 300, maximum_lifetime: 86_400, maximum_tokens: 5, maximum_overlap: 86_400 },
          ...{ token_name_length: 64, note_length: 500 },
        },
      })
      expect(Math.abs(body.now - Date.now() / 1000)).toBeLessThan(60)
      expect(body.known_scopes).toContainEqual({ name: 'read:all', description: 'May read:all' })
      expect(body.csrf).toMatch(/^[\w-]{22}$/)
      expect(answer.headers).toMatchObject({ 'set-cookie': expect.any(String), 'cache-control': 'no-store' })
    })

    it('keeps a value that is there', async () => {
      const csrf = 'AAAAAAAAAAAAAAAAAAAAAA'
      const answer = await api().send('GET', path, { headers: sessionCookie({ token: `${alice}`, csrf }) })
      expect([answer.json().csrf, answer.headers['set-cookie']]).toEqual([csrf, undefined])
    })

    it('tells administrators what they may do', async () => {
      const show = async (token: Token) =>
        (await api().send('GET', path, { headers: sessionCookie({ token: `${token}` }) })).json()
      expect(await show(admin)).toMatchObject({ may_administer: true, may_change_admins: true })
      // The scope alone does not let one change the table.
      const helper = await api().newToken('helper', ['admin:token'], {
        expires: Math.floor(Date.now() / 1000) + 3_600,
      })
      expect(await show(helper)).toMatchObject({ may_administer: true, may_change_admins: false })
    })

    it('is for cookies alone', async () => {
      const answer = await api().send('GET', path, { token: `${alice}` })
      expect([answer.statusCode, errorTypes(answer)]).toEqual([401, ['no_authorization']])
    })
  },
  { config: LIMITS },
)
