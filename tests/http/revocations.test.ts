import { beforeAll, beforeEach, expect, it } from 'vitest'
import type { Token } from '../../src/models/token.ts'
import { BOOTSTRAP_TOKEN } from '../support/porthor.ts'
import { errorTypes, onEachApi } from './api.ts'

const USERS = '/auth/api/v1/users'
const ABSENT = 'AAAAAAAAAAAAAAAAAAAAAA'

onEachApi('ending several tokens', (api) => {
  let mine: Token
  let bob: Token
  let root: Token

  beforeAll(async () => {
    bob = await api().newToken('bobby')
    root = await api().newToken('rooty', ['admin:token'])
  })
  beforeEach(async () => {
    await send('POST', 'alice/revoke', root)
    mine = await api().newToken('alice')
  })

  const send = (method: string, path: string, token: Token | string, body?: unknown) =>
    api().send(method, `${USERS}/${path}`, { token: `${token}`, body })
  const isAccepted = async (token: Token) =>
    (await api().send('GET', '/auth/api/v1/token-info', { token: `${token}` })).statusCode === 200
  const keysOf = (tokens: { token: string }[]) => tokens.map(({ token }) => token).toSorted()

  async function childOf(token: Token, service: string): Promise<Token> {
    const { verifier, delegation } = api().test.porthor
    const verified = await verifier.verify(token)
    if (verified.kind !== 'valid') throw new Error(verified.kind)
    const child = await delegation.getInternalToken({ parent: verified.data, ipAddress: null }, service, [])
    return child.token
  }

  it('ends those that were selected, with all below them, and says which were not there', async () => {
    const [one, two, three] = await Promise.all([1, 2, 3].map(() => api().newToken('alice')))
    if (!one || !two || !three) throw new Error('No tokens')
    const child = await childOf(one, 'tap')
    const tokens = [child.key, one.key, two.key, two.key, ABSENT, bob.key]
    const answer = await send('POST', 'alice/tokens/revoke', mine, { tokens })
    expect([answer.statusCode, answer.headers['cache-control']]).toEqual([200, 'no-store'])
    expect(keysOf(answer.json().revoked)).toEqual([child.key, one.key, two.key].toSorted())
    expect(answer.json().not_found.toSorted()).toEqual([ABSENT, bob.key].toSorted())
    expect(await Promise.all([one, two, child, three, bob, mine].map(isAccepted))).toEqual([
      ...[false, false, false],
      ...[true, true, true],
    ])
  })

  it('does not name a token twice that ended with its parent', async () => {
    const parent = await api().newToken('alice')
    const child = await childOf(parent, 'tap')
    const body = { tokens: [parent.key, child.key] }
    const answer = await send('POST', 'alice/tokens/revoke', root, body)
    expect(keysOf(answer.json().revoked)).toEqual([parent.key, child.key].toSorted())
    expect(answer.json().not_found).toEqual([])
  })

  it.each([
    [[], 'too_short'],
    [Array(101).fill(ABSENT), 'too_long'],
    [['short'], 'string_too_short'],
  ])('is not asked for by %j', async (tokens, type) => {
    const answer = await send('POST', 'alice/tokens/revoke', mine, { tokens })
    expect([answer.statusCode, errorTypes(answer)]).toEqual([422, [type]])
  })

  it('keeps the token in use, what that comes from, and what comes from that', async () => {
    const { porthor } = api().test
    const user = { username: 'alice', name: null, email: null, uid: null, gid: null, groups: null }
    const session = await porthor.tokens.createSession(user, ['read:all'], null)
    const verified = await porthor.verifier.verify(session)
    if (verified.kind !== 'valid') throw new Error(verified.kind)
    const notebook = (await porthor.delegation.getNotebookToken({ parent: verified.data, ipAddress: null }))
      .token
    const sibling = await childOf(session, 'tap')

    const preview = await send('GET', 'alice/revocation?others=true', notebook)
    expect(preview.json()).toEqual({
      ...{ username: 'alice', tokens: 1, by_type: [{ token_type: 'user', count: 1 }], by_service: [] },
      ends_current: false,
    })
    const answer = await send('POST', 'alice/revoke-others', notebook)
    expect(keysOf(answer.json())).toEqual([mine.key])
    expect(await Promise.all([session, notebook, sibling, mine, bob].map(isAccepted))).toEqual([
      ...[true, true, true],
      ...[false, true],
    ])
  })

  it('is said before, by type and service', async () => {
    await childOf(mine, 'tap')
    await childOf(mine, 'other')
    await childOf(await api().newToken('alice'), 'tap')
    for (const token of [mine, root]) {
      const preview = await send('GET', 'alice/revocation', token)
      expect(preview.json()).toEqual({
        username: 'alice',
        tokens: 5,
        by_type: [
          { token_type: 'internal', count: 3 },
          { token_type: 'user', count: 2 },
        ],
        by_service: [
          { service: 'tap', count: 2 },
          { service: 'other', count: 1 },
        ],
        ends_current: token === mine,
      })
    }
    expect((await send('POST', 'alice/revoke', root)).json()).toHaveLength(5)
  })

  it('is said before of one token with all below it, and whether one is using what would end', async () => {
    const child = await childOf(mine, 'tap')
    const grandchild = await childOf(child, 'other')
    await childOf(mine, 'beside')
    const look = async (key: string, token: Token) => {
      const {
        tokens,
        by_service: services,
        ends_current: own,
      } = (await send('GET', `alice/revocation?key=${key}`, token)).json()
      return [tokens, services.map(({ service }: { service: string }) => service), own]
    }
    expect(await look(mine.key, mine)).toEqual([4, ['beside', 'other', 'tap'], true])
    expect(await look(child.key, mine)).toEqual([2, ['other', 'tap'], false])
    expect(await look(child.key, root)).toEqual([2, ['other', 'tap'], false])
    const owner = await api().newToken('alice')
    expect(await look(grandchild.key, owner)).toEqual([1, ['other'], false])

    for (const key of [ABSENT, bob.key]) {
      const answer = await send('GET', `alice/revocation?key=${key}`, mine)
      expect([answer.statusCode, answer.json().detail[0].loc]).toEqual([404, ['query', 'key']])
    }
    const both = await send('GET', `alice/revocation?key=${child.key}&others=true`, mine)
    expect([both.statusCode, both.json().detail[0].loc]).toEqual([422, ['query', 'others']])
  })

  it('says of one token what would end in pages, the token itself first', async () => {
    const children = [await childOf(mine, 'one'), await childOf(mine, 'two'), await childOf(mine, 'three')]
    const whole = await send('GET', `alice/tokens/${mine.key}/revocation`, mine)
    expect([whole.headers['x-total-count'], whole.json()[0].token]).toEqual(['4', mine.key])
    expect(keysOf(whole.json())).toEqual([mine, ...children].map(({ key }) => key).toSorted())

    const found: object[] = []
    for (let next: string | undefined = `alice/tokens/${mine.key}/revocation?limit=2`; next; ) {
      const page = await send('GET', next, mine)
      found.push(...page.json())
      next = new RegExp(`<http://example\\.com${USERS}/([^>]+)>; rel="next"`).exec(
        String(page.headers.link),
      )?.[1]
    }
    expect(found).toEqual(whole.json())
  })

  it('is nobody else’s to ask for', async () => {
    const body = { tokens: [mine.key] }
    const refused = [
      await send('POST', 'alice/tokens/revoke', bob, body),
      await send('GET', 'alice/revocation', bob),
      await send('GET', `alice/revocation?key=${mine.key}`, bob),
      await send('GET', `alice/tokens/${mine.key}/revocation`, bob),
      // Not even an administrator has others to keep the own one of.
      ...(await Promise.all([bob, root].map((token) => send('POST', 'alice/revoke-others', token)))),
      await send('GET', 'alice/revocation?others=true', root),
    ]
    expect(refused.map(({ statusCode }) => statusCode)).toEqual(refused.map(() => 403))
    expect((await send('POST', 'alice/revoke-others', BOOTSTRAP_TOKEN)).statusCode).toBe(401)
    expect(await isAccepted(mine)).toBe(true)
  })
})
