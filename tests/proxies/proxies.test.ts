import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { programAvailable } from '../support/programs.ts'
import type { TetheredProgram } from '../support/tethered.ts'
import { type Header, type Received, type Sent, send } from './http-client.ts'
import { type Platform, type Shown, startPlatform, type Visitor } from './platform.ts'
import { proxies, startProxy } from './proxies.ts'

/** As examples/porthor.yaml says. */
const requestsPerMinute = 20
const proxySecret = 'only-for-the-examples'
const loginUrl = 'http://127.0.0.1:8000/login'

const page: Header = ['Accept', 'text/html,application/xhtml+xml,*/*;q=0.8']
const json: Header = ['Accept', 'application/json']

/** What services are told by, or used to be told by under other guards. */
const identityHeaders = ['User', 'Email', 'Groups', 'Service', 'Token', 'Preferred-Username', 'Access-Token']

let platform: Platform

beforeAll(async () => {
  platform = await startPlatform()
})
afterAll(() => platform.close())

describe.each(proxies)('$name', (proxy) => {
  const available = programAvailable(proxy.program)
  let program: TetheredProgram
  let origin: string
  let reader: Visitor

  beforeAll(async () => {
    if (available !== true) return
    const port = await freePort()
    origin = `http://127.0.0.1:${port}`
    program = await startProxy(proxy, await platform.examplesFor(port), port)
    reader = await platform.visitor(['read:all'])
  })
  afterAll(async () => {
    if (available === true) await program.end('SIGKILL')
  })

  const check = (guarantee: string, test: () => Promise<void>) =>
    it(guarantee, async (context) => {
      if (available !== true) context.skip(available)
      await test()
    })

  const get = (path: string, ...headers: Header[]) => send(origin, { path, headers })

  /** Sends what is to reach the service, and says what the service got. */
  const reach = async (sent: Sent): Promise<Shown> => {
    const answer = await send(origin, sent)
    expect(answer.status, `${answer.body}\n${program.output()}`).toBe(200)
    return shownBy(answer)
  }

  check('sends a browser without a token to log in, and back to where it was', async () => {
    const answer = await get('/tables?a=1&b=two%20words', page)
    expect(answer.status).toBe(302)
    const location = new URL(answer.headers.get('location') ?? '')
    expect(`${location.origin}${location.pathname}`).toBe(loginUrl)
    expect(location.searchParams.get('rd')).toBe(`${origin}/tables?a=1&b=two%20words`)
  })

  check('tells any other client without a token which credential is wanted', async () => {
    const answer = await get('/tables', json)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="127.0.0.1"')
  })

  check('tells a browser whose token is no good so, as no login is said to help', async () => {
    const answer = await get('/tables', page, [
      'Authorization',
      'Bearer gt-AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA',
    ])
    expect([answer.status, answer.headers.get('location')]).toEqual([401, undefined])
  })

  check('shows somebody who has logged out that they have', async () => {
    const answer = await get('/logged-out', page)
    expect(answer.status).toBe(200)
    expect(answer.body).toContain('logged out')
  })

  check('sends no script in a page to log in', async () => {
    const answer = await get('/tables', page, ['X-Requested-With', 'XMLHttpRequest'])
    // 403 in the reference's form, so that browsers do not ask for a password.
    expect([401, 403]).toContain(answer.status)
    expect(answer.headers.get('location')).toBeUndefined()
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="127.0.0.1"')
  })

  check('refuses a token that nobody has issued', async () => {
    const answer = await get('/', bearer('gt-AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA'))
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })

  check('refuses a credential that is none', async () => {
    const answer = await get('/', ['Authorization', 'Basic ???'])
    expect(answer.status).toBe(400)
    expect(errorOf(answer)).toBe('invalid_request')
  })

  check('lets a good token pass, and tells the service who it is', async () => {
    const { headers } = await reach({ headers: [bearer(reader.token)] })
    expect(valuesOf(headers, 'X-Auth-Request-User')).toEqual([reader.username])
    expect(valuesOf(headers, 'X-Auth-Request-Email')).toEqual([`${reader.username}@example.org`])
    expect(valuesOf(headers, 'X-Auth-Request-Groups')).toEqual(['astronomers,guests'])
  })

  check('hands the service a token of its own', async () => {
    const { headers } = await reach({ headers: [bearer(reader.token)] })
    const [delegated = ''] = valuesOf(headers, 'X-Auth-Request-Token')
    expect(await platform.tokenInfo(delegated)).toMatchObject({
      username: reader.username,
      token_type: 'internal',
      service: 'demo',
      scopes: ['read:all'],
      parent: reader.key,
    })
  })

  check('passes method, path, query, headers and body on', async () => {
    const sent = { method: 'POST', path: '/tables/x%2Fy?q=a%20b&c=', body: '{"rows":[1,2]}' }
    const shown = await reach({ ...sent, headers: [bearer(reader.token), json, ['X-Colour', 'red']] })
    expect(shown).toMatchObject({ method: 'POST', url: sent.path, body: sent.body })
    expect(valuesOf(shown.headers, 'Accept')).toEqual(['application/json'])
    expect(valuesOf(shown.headers, 'X-Colour')).toEqual(['red'])
  })

  check('keeps the session cookie to itself, and other cookies not', async () => {
    const { headers } = await reach({ headers: [['Cookie', `theme=dark; ${reader.cookie}; lang=cy`]] })
    expect(valuesOf(headers, 'X-Auth-Request-User')).toEqual([reader.username])
    expect(valuesOf(headers, 'Cookie')).toEqual(['theme=dark; lang=cy'])
    expect(valuesOf((await reach({ headers: [['Cookie', reader.cookie]] })).headers, 'Cookie')).toEqual([])
  })

  check('keeps the token to itself, however it came', async () => {
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
    const credentials = [
      `Bearer ${reader.token}`,
      `bearer\t ${reader.token}`,
      basic(`${reader.token}:x-oauth-basic`),
      basic(`x:${reader.token}`),
    ]
    for (const credential of credentials) {
      const { headers } = await reach({ headers: [['Authorization', credential]] })
      expect(valuesOf(headers, 'Authorization'), credential).toEqual([])
    }
  })

  check('passes a credential on that is meant for the service', async () => {
    const { headers } = await reach({
      headers: [
        ['Cookie', reader.cookie],
        ['Authorization', 'token abc'],
      ],
    })
    expect(valuesOf(headers, 'Authorization')).toEqual(['token abc'])
  })

  check('refuses a token without the wanted scope', async () => {
    const { token } = await platform.visitor(['user:token'])
    const answer = await get('/', bearer(token), json)
    expect(answer.status).toBe(403)
    expect(errorOf(answer)).toBe('insufficient_scope')
    expect(answer.headers.get('www-authenticate')).toContain('scope="read:all"')
  })

  check('refuses more requests than a user may make, and says when to try again', async () => {
    const { token } = await platform.visitor(['read:all'])
    const answers = await Promise.all(
      Array.from({ length: 2 * requestsPerMinute }, () => get('/', bearer(token))),
    )
    const refused = answers.filter(({ status }) => status !== 200)
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([429]))
    for (const answer of refused) {
      expect(errorOf(answer)).toBe('rate_limited')
      const retryAt = Date.parse(answer.headers.get('retry-after') ?? '')
      expect(Math.abs(retryAt - Date.now())).toBeLessThan(70_000)
      expect(answer.headers.get('x-ratelimit-remaining')).toBe('0')
    }
  })

  check('lets no forged word on who somebody is reach the service', async () => {
    const forged = identityHeaders.flatMap((name): Header[] => [
      [`X-Auth-Request-${name}`, 'forged'],
      [`x-auth-request-${name.toLowerCase()}`, 'forged'],
      [`X_Auth_Request_${name.replace('-', '_')}`, 'forged'],
      [`X-Auth-Request_${name}`, 'forged'],
      [`X.Auth.Request.${name}`, 'forged'],
    ])
    const { headers } = await reach({ headers: [...forged, bearer(reader.token)] })
    const told = headers.filter(([name]) => /^x[-_.]auth/i.test(name)).map(([name]) => name.toLowerCase())
    expect(told.toSorted()).toEqual([
      'x-auth-request-email',
      'x-auth-request-groups',
      'x-auth-request-token',
      'x-auth-request-user',
    ])
    expect(headers.map(([, value]) => value)).not.toContain('forged')
  })

  check('asks about the request as it is, whatever the request says of itself', async () => {
    const preflight: Header[] = [
      ['Origin', 'http://127.0.0.1:8000'],
      ['Access-Control-Request-Method', 'GET'],
    ]
    const claims = ['X-Original-Method', 'X-Forwarded-Method', 'X-HTTP-Method-Override', 'X-Method']
    for (const claim of claims) {
      const answer = await get('/', ...preflight, [claim, 'OPTIONS'], json)
      expect(answer.status, claim).toBe(401)
    }
    const elsewhere: Header[] = [
      ['X-Original-URL', 'http://evil.example/'],
      ['X-Forwarded-Host', 'evil.example'],
      ['X-Forwarded-Uri', '/elsewhere'],
    ]
    const answer = await get('/here', page, ...elsewhere)
    expect(new URL(answer.headers.get('location') ?? '').searchParams.get('rd')).toBe(`${origin}/here`)
  })

  check('lets preflights of its own site pass, and those of others not', async () => {
    const preflight = (from: string): Sent => ({
      method: 'OPTIONS',
      headers: [
        ['Origin', from],
        ['Access-Control-Request-Method', 'PUT'],
      ],
    })
    expect((await reach(preflight('http://127.0.0.1:8000'))).method).toBe('OPTIONS')
    expect((await send(origin, preflight('http://evil.example'))).status).toBe(403)
  })

  check('lets nobody ask the gate from outside', async () => {
    const forgery = '/ingress/auth?delegate_to=other'
    expect((await get(forgery, json)).status).toBe(401)
    const shown = await reach({ path: forgery, headers: [bearer(reader.token)] })
    expect(shown.url).toBe(forgery)
  })

  check('keeps its secret from the service, and needs it', async () => {
    const forged: Header = ['X-Porthor-Secret', 'forged-by-the-client']
    const { headers } = await reach({ headers: [bearer(reader.token), forged] })
    expect(JSON.stringify(headers)).not.toContain(proxySecret)
  })

  check('leaves Porthor’s own API to it, credentials included', async () => {
    const answer = await get('/auth/api/v1/token-info', bearer(reader.token))
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body)).toMatchObject({ username: reader.username })
  })

  check('refuses a revoked token on the next request', async () => {
    const leaver = await platform.visitor(['read:all', 'user:token'])
    await reach({ headers: [bearer(leaver.token)] })
    await platform.revoke(leaver)
    expect((await get('/', bearer(leaver.token))).status).toBe(401)
    expect((await get('/', ['Cookie', leaver.cookie], json)).status).toBe(401)
  })

  check('refuses everybody while Porthor is away', async () => {
    await reach({ headers: [bearer(reader.token)] })
    await platform.stopPorthor()
    try {
      const headers: Header[] = [bearer(reader.token), ['Cookie', reader.cookie], page, json]
      const answers = await Promise.all(headers.map((header) => get('/while-away', header)))
      for (const { status } of answers) expect(status).toBe(proxy.statusWhileAway)
    } finally {
      await platform.startPorthor()
    }
    const back = `/back-with-${encodeURIComponent(proxy.name)}`
    await reach({ path: back, headers: [bearer(reader.token)] })
    expect(await platform.servedUntil(`GET ${back}`)).not.toContain('GET /while-away')
  })
})

function bearer(token: string): Header {
  return ['Authorization', `Bearer ${token}`]
}

/** The request as the service got it. */
function shownBy({ body }: Received): Shown {
  const { headers, ...rest } = JSON.parse(body) as Omit<Shown, 'headers'> & { headers: string[] }
  const pairs = headers.flatMap((name, index): Header[] =>
    index % 2 === 0 ? [[name, headers[index + 1] ?? '']] : [],
  )
  return { ...rest, headers: pairs }
}

function valuesOf(headers: readonly Header[], name: string): string[] {
  return headers.filter(([other]) => other.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
}

/** The `type` of an error's body. */
function errorOf({ body }: Received): unknown {
  const { detail } = JSON.parse(body) as { detail: readonly { type: string }[] }
  return detail[0]?.type
}
