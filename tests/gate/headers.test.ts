import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Token } from '../../src/models/token.ts'
import { porthorBackends } from '../support/porthor.ts'
import {
  basic,
  bearer,
  cookie,
  type GateServer,
  type Headers,
  STRANGER,
  sessionOf,
  startGate,
} from './gate-server.ts'

let gate: GateServer
let alice: Token
let session: string

beforeAll(async () => {
  gate = await startGate(porthorBackends[0])
  alice = await gate.newToken('alice')
  session = sessionOf(alice)
})
afterAll(() => gate.close())

describe('an answer that lets pass', () => {
  it('names the user, and nothing that is not known', async () => {
    const reply = await gate.ask('', bearer(alice))
    expect([reply.status, reply.text]).toEqual([200, '{"status":"ok"}'])
    expect(reply.get('content-type')).toBe('application/json')
    expect(reply.get('x-auth-request-user')).toBe('alice')
    for (const name of ['email', 'service', 'token']) {
      expect(reply.get(`x-auth-request-${name}`)).toBeUndefined()
    }
    for (const name of ['cache-control', 'set-cookie', 'authorization', 'cookie', 'www-authenticate']) {
      expect(reply.get(name)).toBeUndefined()
    }
  })

  it.each([
    ['alice@example.com', 'alice@example.com'],
    ['zoë@example.com', 'zoë@example.com'],
    ['ω@example.com', undefined],
  ])('names the address %s if a header can carry it', async (email, sent) => {
    const token = await gate.newToken({ username: 'zoe', email })
    const reply = await gate.ask('', bearer(token))
    expect([reply.status, reply.get('x-auth-request-email')]).toEqual([200, sent])
  })

  it('names the service to which the token was delegated', async () => {
    for (const [service, sent] of [
      ['svc', 'svc'],
      ['a service/with?türchen', 'a service/with?türchen'],
      ['ω', '%CF%89'],
    ] as const) {
      const reply = await gate.ask(`?delegate_to=${encodeURIComponent(service)}`, bearer(alice))
      const child = Token.parse(reply.get('x-auth-request-token') ?? '')
      expect((await gate.ask('', bearer(child))).get('x-auth-request-service')).toBe(sent)
    }
  })
})

/** What of the credentials is handed on. */
async function reflected(headers: Headers, path = '/ingress/anonymous') {
  const reply = await gate.ask(path, headers)
  expect(reply.status).toBe(200)
  return { authorization: reply.all('authorization'), cookies: reply.all('cookie') }
}

describe('an Authorization header', () => {
  const form = `${STRANGER}`
  it.each([
    `Bearer ${form}`,
    `bearer ${form}`,
    `BEARER   ${form}`,
    `Bearer\t${form}`,
    `token ${form}`,
    form,
    basic(form, 'x').authorization,
    basic('x', form).authorization,
    basic('a:b', form).authorization,
    basic('', form).authorization.replace('Basic', 'bAsIc'),
    basic(form, '').authorization.replace(/=+$/, ''),
  ])('that holds a token is not handed on: %s', async (authorization) => {
    expect((await reflected({ authorization })).authorization).toEqual([])
  })

  it.each([
    `Bearer ${form}x`,
    'Bearer gt-',
    'Bearer some-other-token',
    basic('someone', 'password').authorization,
    basic('gt-abc', 'x').authorization,
    'Basic ???',
    'Basic //79/Dr/',
    'Digest username=alice',
    'something',
    'Bearer',
    'Basic',
    'Bearer caf\xe9',
  ])('that holds none is handed on as it is: %s', async (authorization) => {
    expect((await reflected({ authorization })).authorization).toEqual([authorization])
    const path = '/ingress/auth?scope=read:all'
    const beside = await reflected({ authorization, cookie: `gafaelfawr=${session}` }, path)
    expect(beside).toEqual({ authorization: [authorization], cookies: [] })
  })

  it('among several is judged by itself, and their order kept', async () => {
    const { authorization: other } = basic('someone', 'password')
    const authorization = ['Bearer x', `Bearer ${alice}`, other, basic(form, 'x').authorization, 'y']
    expect((await reflected({ authorization })).authorization).toEqual(['Bearer x', other, 'y'])
  })

  it('is replaced by the delegated token, or dropped, where that is wanted', async () => {
    const { authorization } = basic('someone', 'password')
    const headers = { authorization, ...cookie(alice) }
    expect((await reflected(headers, '?use_authorization=true')).authorization).toEqual([])
    for (const kind of ['delegate_to=svc', 'notebook=true']) {
      const reply = await gate.ask(`?use_authorization=true&${kind}`, headers)
      expect(reply.all('authorization')).toEqual([`Bearer ${reply.get('x-auth-request-token')}`])
      const { authorization: kept } = await reflected(headers, `?use_authorization=false&${kind}`)
      expect(kept).toEqual([authorization])
    }
  })
})

describe('a Cookie header', () => {
  it.each([
    ['gafaelfawr=SESSION', []],
    ['a=1; gafaelfawr=SESSION; b=2', ['a=1; b=2']],
    ['gafaelfawr=SESSION; b=2', ['b=2']],
    ['a=1; gafaelfawr="SESSION"', ['a=1']],
    ['a=1;gafaelfawr=SESSION;b=2', ['a=1;b=2']],
    ['a=1; gafaelfawr =SESSION', ['a=1']],
    ['a=1;\tgafaelfawr=SESSION', ['a=1']],
    ['gafaelfawr=SESSION; a=1; gafaelfawr=SESSION', ['a=1']],
    ['a="x; y"; b=c=d; gafaelfawr=SESSION', ['a="x; y"; b=c=d']],
    ['gafaelfawr=nonsense', []],
    ['gafaelfawr=', []],
    ['gafaelfawr; a=1', ['gafaelfawr; a=1']],
    [
      'gafaelfawrx=1; xgafaelfawr=2; Gafaelfawr=3; gafaelfawr-x=4',
      ['gafaelfawrx=1; xgafaelfawr=2; Gafaelfawr=3; gafaelfawr-x=4'],
    ],
    ['a=1; b=caf\xe9', ['a=1; b=caf\xe9']],
  ])('%s', async (sent, expected) => {
    const header = sent.replaceAll('SESSION', session)
    expect((await reflected({ cookie: header })).cookies).toEqual(expected)
    expect((await reflected({ ...bearer(alice), cookie: header }, '')).cookies).toEqual(expected)
  })

  it('among several is judged by itself', async () => {
    const { cookies } = await reflected({ cookie: ['a=1; gafaelfawr=x', `gafaelfawr=${session}`, 'b=2'] })
    expect(cookies).toEqual(['a=1', 'b=2'])
  })
})

describe('whatever a request holds', () => {
  const part = fc.oneof(
    fc.constantFrom(
      'gafaelfawr',
      '=',
      ';',
      '; ',
      ' ',
      '\t',
      '"',
      ',',
      'TOKEN',
      'SESSION',
      'Bearer ',
      'Basic ',
    ),
    fc.string({ maxLength: 3 }).map((text) => text.replace(/[^\x20-\x7e]/g, '')),
  )
  const line = fc.array(part, { maxLength: 8 }).map((parts) => parts.join('').trim())

  it('a cookie that opens the gate does not reach the service', async () => {
    await fc.assert(
      fc.asyncProperty(line, async (text) => {
        const sent = text.replaceAll('SESSION', session).replaceAll('TOKEN', 'x')
        const reply = await gate.ask('', { cookie: sent })
        if (reply.status !== 200) return
        for (const header of reply.all('cookie')) {
          expect((await gate.ask('', { cookie: header })).status).toBe(401)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('a header that opens the gate does not reach the service', async () => {
    const encoded = fc
      .tuple(fc.constantFrom('Basic ', 'basic\t', 'Bearer '), line)
      .map(([scheme, text]) => scheme + Buffer.from(text.replaceAll('TOKEN', `${alice}`)).toString('base64'))
    await fc.assert(
      fc.asyncProperty(fc.oneof(line, encoded), async (text) => {
        const reply = await gate.ask('', { authorization: text.replaceAll('TOKEN', `${alice}`) })
        if (reply.status === 200) expect(reply.all('authorization')).toEqual([])
      }),
      { numRuns: 150 },
    )
  })
})

it('a preflight that passes, and the anonymous gate, hand on the same', async () => {
  const { authorization } = basic('someone', 'password')
  const others = { authorization: [authorization, `Bearer ${alice}`], cookie: `a=1; gafaelfawr=${session}` }
  const expected = { authorization: [authorization], cookies: ['a=1'] }
  const preflight = { origin: 'https://example.com', 'access-control-request-method': 'POST' }
  const options = { ...others, 'x-original-method': 'OPTIONS' }
  expect(await reflected(others, '/ingress/anonymous?scope=admin:token&auth_type=nonsense')).toEqual(expected)
  expect(await reflected({ ...options, ...preflight }, '')).toEqual(expected)
  expect(await reflected(options, '?allow_options=true')).toEqual(expected)
})

it('the anonymous gate needs to be told nothing', async () => {
  expect(
    (await gate.ask('/ingress/anonymous', { 'x-original-url': null, 'x-original-method': null })).status,
  ).toBe(200)
})
