import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nowSeconds } from '../../src/models/clock.ts'
import type { Token } from '../../src/models/token.ts'
import { porthorBackends } from '../support/porthor.ts'
import { bearer, cookie, type GateServer, type Headers, STRANGER, startGate } from './gate-server.ts'

let gate: GateServer
let alice: Token

beforeAll(async () => {
  gate = await startGate(porthorBackends[0])
  alice = await gate.newToken('alice')
})
afterAll(() => gate.close())

const ajax = { 'x-requested-with': 'XMLHttpRequest' }

describe('a refusal that a login would mend', () => {
  it.each([
    ['no credential', {}],
    ['a dead session', cookie(STRANGER)],
  ] satisfies [string, Headers][])('is told by 401 alone: %s', async (_, headers) => {
    const reply = await gate.ask('?scope=read:all', headers)
    expect(reply.status).toBe(401)
    expect(reply.get('www-authenticate')).toBe('Bearer realm="example.com"')
    expect(reply.get('cache-control')).toBe('no-cache, no-store')
    expect(JSON.parse(reply.text)).toEqual({
      detail: [{ msg: 'Authentication required', type: 'no_authorization' }],
    })
    for (const name of ['x-error-status', 'x-error-body', 'location', 'set-cookie']) {
      expect(reply.get(name)).toBeUndefined()
    }
  })

  it('is 403 for a script in a page, which a login page is of no use to', async () => {
    for (const value of ['XMLHttpRequest', 'xmlhttprequest']) {
      const reply = await gate.ask('', { 'x-requested-with': value })
      expect([reply.status, reply.get('x-error-status')]).toEqual([403, undefined])
    }
    expect((await gate.ask('', { 'x-requested-with': 'SomethingElse' })).status).toBe(401)
  })

  it('that is about the lifetime says so in its challenge', async () => {
    const short = await gate.newToken('alice', { expires: nowSeconds(gate.porthor.clock) + 500 })
    const path = '?minimum_lifetime=600'
    const reply = await gate.ask(path, bearer(short))
    expect(reply.get('www-authenticate')).toBe(
      'Bearer realm="example.com", error="invalid_token", error_description="Remaining token lifetime too short"',
    )
    expect((await gate.ask(path, { ...bearer(short), ...ajax })).status).toBe(403)
  })
})

describe('any other refusal', () => {
  it.each([
    ['an unknown token', '', bearer(STRANGER), 401, 401, 'invalid_token'],
    ['an unusable header', '', { authorization: 'x' }, 403, 400, 'invalid_request'],
    ['a missing scope', '?scope=exec:test', null, 403, 403, 'insufficient_scope'],
    ['another user', '?username=bobby', null, 403, 403, 'insufficient_scope'],
  ] satisfies [string, string, Headers | null, number, number, string][])(
    'tells the true status and body in headers: %s',
    async (_, path, headers, status, trueStatus, type) => {
      const reply = await gate.ask(path, headers ?? bearer(alice))
      expect([reply.status, reply.get('x-error-status')]).toEqual([status, String(trueStatus)])
      expect(reply.get('www-authenticate')).toMatch(
        new RegExp(`^Bearer realm="example.com", error="${type}", error_description="[^"]+"`),
      )
      expect(reply.get('cache-control')).toBe('no-cache, no-store')
      const [{ msg }] = JSON.parse(reply.text).detail
      expect(reply.text).toBe(`{"detail":[{"msg":"${msg}","type":"${type}"}]}`)
      expect(reply.get('x-error-body')).toBe(`{"detail": [{"msg": "${msg}", "type": "${type}"}]}`)
    },
  )

  it('is 403 for a script, whose user would else be sent to log in', async () => {
    const reply = await gate.ask('', { ...bearer(STRANGER), ...ajax })
    expect([reply.status, reply.get('x-error-status'), reply.type]).toEqual([403, '401', 'invalid_token'])
  })

  it.each([
    ['', {}],
    ['', bearer(STRANGER)],
    ['', { authorization: 'Token x' }],
    ['&scope=no:such', null],
  ] satisfies [string, Headers | null][])(
    'has nothing but the realm in a Basic challenge',
    async (query, headers) => {
      const reply = await gate.ask(`?auth_type=basic${query}`, headers ?? bearer(alice))
      expect(reply.get('www-authenticate')).toBe('Basic realm="example.com"')
    },
  )

  it('carries only what a header can carry, whatever was asked for', async () => {
    const scope = encodeURIComponent('a"b\\c\r\nX-Evil: 1 ω é')
    const reply = await gate.ask(`?scope=${scope}&scope=read:some`, bearer(alice))
    expect(reply.get('www-authenticate')).toMatch(/, scope="abcX-Evil: 1 {3}read:some"$/)
    expect(reply.get('x-evil')).toBeUndefined()
    const wrong = await gate.ask(`?satisfy=${scope}`, bearer(alice))
    expect(JSON.parse(wrong.text).detail[0].input).toBe('a"b\\c\r\nX-Evil: 1 ω é')
    expect(wrong.get('x-error-body')).toMatch(/^[\x20-\x7e]+$/)
  })

  it('has no more in its headers than a proxy has room for', async () => {
    const query = `?notebook=${'x'.repeat(5_000)}&user_domain=${'y'.repeat(1_000)}&satisfy=x&allow_options=z`
    const reply = await gate.ask(query, bearer(alice))
    expect(reply.get('x-error-status')).toBe('422')
    expect(reply.rawHeaders.join(': ').length).toBeLessThan(2_000)
  })
})
