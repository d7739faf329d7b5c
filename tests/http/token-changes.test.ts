import { beforeAll, describe, expect, it } from 'vitest'
import { Token } from '../../src/models/token.ts'
import { errorTypes, onEachApi } from './api.ts'

const FUTURE = 4_000_000_000

onEachApi('changes to a token', (api) => {
  let alice: Token
  let bob: Token
  let root: Token

  beforeAll(async () => {
    alice = await api().newToken('alice')
    bob = await api().newToken('bobby')
    root = await api().newToken('rooty', ['admin:token'])
  })

  const send = (method: string, path: string, token: Token, body?: unknown, headers = {}) =>
    api().send(method, `/auth/api/v1/users/${path}`, { token: `${token}`, body, headers })
  const patch = (key: string, body: unknown, token = alice, headers = {}) =>
    send('PATCH', `alice/tokens/${key}/details`, token, body, headers)

  let made = 0
  async function make(fields: object = {}): Promise<string> {
    const body = { token_name: `made ${made++}`, scopes: ['read:all'], expires: FUTURE, ...fields }
    const answer = await send('POST', 'alice/tokens', alice, body)
    expect(answer.statusCode).toBe(201)
    return answer.json().token.slice(3, 25)
  }

  describe('a note', () => {
    const show = async (key: string) => (await send('GET', `alice/tokens/${key}`, alice)).json()

    it('is given at the creation, changed by its owner or an administrator, and removed', async () => {
      const key = await make({ note: 'For the <b>nightly</b> run' })
      expect(await show(key)).toMatchObject({ note: 'For the <b>nightly</b> run' })
      expect((await patch(key, { note: 'Ünused' })).json()).toMatchObject({ note: 'Ünused' })
      const byRoot = await send('PATCH', `alice/tokens/${key}`, root, { note: 'Who is this for?' })
      expect(byRoot.json()).toMatchObject({ note: 'Who is this for?' })
      expect((await patch(key, { note: null })).json()).not.toHaveProperty('note')
      expect(await show(key)).not.toHaveProperty('note')
    })

    it('is recorded, and what changes nothing is not', async () => {
      const key = await make()
      for (const note of ['one', 'one', 'two']) await patch(key, { note })
      const history = (await send('GET', `alice/tokens/${key}/change-history`, alice)).json()
      expect(history.map(({ action, cause }: { action: string; cause?: string }) => [action, cause])).toEqual(
        [
          ['edit', 'note'],
          ['edit', 'note'],
          ['create', undefined],
        ],
      )
    })

    it('stays through all other changes', async () => {
      const key = await make({ note: 'stays' })
      await patch(key, { token_name: `renamed ${key}`, scopes: [] })
      await send('POST', `alice/tokens/${key}/rotate`, alice)
      expect(await show(key)).toMatchObject({ note: 'stays', token_name: `renamed ${key}`, scopes: [] })
    })

    it.each([['line\nbreak'], ['\u0000'], ['x'.repeat(501)], ['\ud800'], [''], [7]])(
      'is refused at its field: %j',
      async (note) => {
        const body = { token_name: `refused ${made++}`, note }
        const answer = await send('POST', 'alice/tokens', alice, body)
        expect([answer.statusCode, answer.json().detail[0].loc]).toEqual([422, ['body', 'note']])
      },
    )

    it('of 500 characters is stored whole', async () => {
      const note = '🗝'.repeat(500)
      expect(await show(await make({ note }))).toMatchObject({ note })
    })

    it('goes beside a service token too', async () => {
      const body = { username: 'bot-robot', token_type: 'service', note: 'Of the robot' }
      const answer = await api().send('POST', '/auth/api/v1/tokens', { token: `${root}`, body })
      const info = await send('GET', `bot-robot/tokens/${answer.json().token.slice(3, 25)}`, root)
      expect(info.json()).toMatchObject({ note: 'Of the robot' })
    })
  })

  describe('by its owner', () => {
    it('gives another name, fewer scopes, an earlier end', async () => {
      const key = await make()
      const answer = await patch(key, { token_name: 'fewer', scopes: [], expires: FUTURE - 1 })
      expect(answer.json()).toMatchObject({ token_name: 'fewer', scopes: [], expires: FUTURE - 1 })
    })

    it('takes what it has lost from tokens derived from it', async () => {
      const whole = (
        await send('POST', 'alice/tokens', alice, {
          token_name: 'parent',
          scopes: ['read:all', 'user:token'],
          expires: FUTURE,
        })
      ).json().token
      const { porthor } = api().test
      const verified = await porthor.verifier.verify(Token.parse(whole))
      if (verified.kind !== 'valid') throw new Error(verified.kind)
      const child = await porthor.delegation.getNotebookToken({ parent: verified.data, ipAddress: null })
      await patch(whole.slice(3, 25), { scopes: ['read:all'] })
      const info = await send('GET', `alice/tokens/${child.token.key}`, root)
      expect(info.json().scopes).toEqual(['read:all'])
    })

    it('never gives more than it has', async () => {
      const key = await make()
      const tooMuch: [object, string, string][] = [
        [{ scopes: ['read:all', 'user:token'] }, 'invalid_scopes', 'scopes'],
        [{ expires: FUTURE + 1 }, 'invalid_expires', 'expires'],
        [{ expires: null }, 'invalid_expires', 'expires'],
        [{ expires: Math.floor(Date.now() / 1000) + 200 }, 'invalid_expires', 'expires'],
      ]
      for (const [body, type, field] of tooMuch) {
        for (const token of [alice, root]) {
          const answer = await patch(key, body, token)
          expect([answer.statusCode, errorTypes(answer)]).toEqual([422, [type]])
          expect(answer.json().detail[0].loc).toEqual(['body', field])
        }
      }
      const info = (await send('GET', `alice/tokens/${key}`, alice)).json()
      expect(info).toMatchObject({ scopes: ['read:all'], expires: FUTURE })
    })

    it('lets a token that never ends go on doing so', async () => {
      const key = await make({ expires: null })
      expect((await patch(key, { expires: null, token_name: 'endless' })).statusCode).toBe(200)
    })

    it('is neither for other users, nor for what is not a user token, nor for a name that is taken', async () => {
      const key = await make()
      expect((await patch(key, {}, bob)).statusCode).toBe(403)
      await make({ token_name: 'taken' })
      expect(errorTypes(await patch(key, { token_name: 'taken' }))).toEqual(['duplicate_token_name'])
      const session = await api().test.porthor.tokens.createSession(
        { username: 'alice', name: null, email: null, uid: null, gid: null, groups: null },
        [],
        null,
      )
      expect((await patch(session.key, { token_name: 'no' })).statusCode).toBe(403)
      expect((await patch('AAAAAAAAAAAAAAAAAAAAAA', {})).statusCode).toBe(404)
    })
  })

  it('is made only in the state that it is meant for', async () => {
    const key = await make()
    const shown = await send('GET', `alice/tokens/${key}`, alice)
    const tag = String(shown.headers.etag)
    expect(tag).toMatch(/^"[\w-]{22}"$/)

    const first = await patch(key, { note: 'first' }, alice, { 'if-match': tag })
    expect([first.statusCode, first.headers.etag === tag]).toEqual([200, false])
    const late = await patch(key, { note: 'late' }, alice, { 'if-match': tag })
    expect([late.statusCode, errorTypes(late)]).toEqual([412, ['precondition_failed']])
    const byRoot = await send('PATCH', `alice/tokens/${key}`, root, { scopes: [] }, { 'if-match': tag })
    expect(byRoot.statusCode).toBe(412)

    const headers = { 'if-match': `"other", ${first.headers.etag}` }
    expect((await patch(key, { note: 'second' }, alice, headers)).statusCode).toBe(200)
    expect((await patch(key, { note: 'any' }, alice, { 'if-match': '*' })).statusCode).toBe(200)
  })
})
