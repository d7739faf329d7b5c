import { describe, expect, it } from 'vitest'
import { parseReturnUrl } from '../models/return-url.ts'
import { Token } from '../models/token.ts'
import { Fernet } from '../storage/token-data/fernet.ts'
import { newCsrfValue, readSession, type SessionState, writeSession } from './session-cookie.ts'

const KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='
const fernet = new Fernet([KEY])
const token = Token.parse('gt-AAECAwQFBgcICQoLDA0ODw.EBESExQVFhcYGRobHB0eHw')

function read(header: string | undefined): { state: SessionState; errors: string[] } {
  const errors: string[] = []
  const state = readSession(header, fernet, (error) => errors.push(error))
  return { state, errors }
}

const encrypted = (json: string) => fernet.encrypt(json)

describe('a session cookie', () => {
  // spec/tokens.md §5.1: made with the reference's own libraries.
  const reference =
    'gAAAAABlU_EAAAECAwQFBgcICQoLDA0ODzUtHHBwWnkeaXvqQNsJ3ZAtuGUjp9Hhfuxu2eRN6egf8gUjwZ3UOeKNSZIKAV5n4QUlL1vVNVoc_tHYAK3vJQRE2rXGmOesboRMo08tmu0Vy2A2PlABk_ciZkDJ_y05MhvUtlNDUIv9J1pcn5KUo8QZy03jKWFWfPJ2bL9zjoec'

  it.each([
    `gafaelfawr=${reference}`,
    `gafaelfawr="${reference}"`,
    `a=1; gafaelfawr=${reference}; b=2`,
    `a=1;gafaelfawr=${reference};b=2`,
    `gafaelfawr=broken; gafaelfawr=${reference}`,
  ])('of the reference is read: %#', (header) => {
    expect(read(header)).toEqual({ state: { csrf: 'ICEiIyQlJicoKSorLC0uLw', token }, errors: [] })
  })

  it('counts as empty without a warning where there is none', () => {
    expect(read(undefined)).toEqual({ state: {}, errors: [] })
    expect(read('Gafaelfawr=x; session=y; gafaelfawr')).toEqual({ state: {}, errors: [] })
  })

  it.each([
    'gafaelfawr=',
    'gafaelfawr=gAAAAABl',
    'gafaelfawr={"token":"x"}',
    `gafaelfawr=${new Fernet([Fernet.generateKey()]).encrypt('{}')}`,
    `gafaelfawr=${encrypted('not JSON')}`,
    `gafaelfawr=${encrypted('[]')}`,
    `gafaelfawr=${encrypted('{"token":"gt-malformed"}')}`,
    `gafaelfawr=${encrypted('{"csrf":5}')}`,
  ])('that cannot be read counts as empty, with a warning that does not quote it: %#', (header) => {
    const { state, errors } = read(header)
    expect(state).toEqual({})
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatch(/^\w+$/)
  })

  it('may hold fields that nobody knows, and nulls', () => {
    expect(read(`gafaelfawr=${encrypted('{"csrf":null,"later":1,"state":"x"}')}`).state).toEqual({
      state: 'x',
    })
  })

  it('comes back as it was written, in the reference’s order and form', () => {
    const state: SessionState = {
      loginStart: '2026-11-23T19:59:20Z',
      state: 's==',
      returnUrl: 'https://example.com/é',
      github: 'gho',
      token,
      csrf: 'c',
    }
    const cookie = writeSession(state, fernet, { domain: null, isSecure: true })
    const [, value = ''] =
      /^gafaelfawr="([^"]+)"; HttpOnly; Path=\/; SameSite=lax; Secure$/.exec(cookie) ?? []
    expect(fernet.decrypt(value).toString()).toBe(
      `{"csrf":"c","token":"${token}","github":"gho","return_url":"https://example.com/é","state":"s==","login_start":"2026-11-23T19:59:20Z"}`,
    )
    expect(read(`gafaelfawr="${value}"`).state).toEqual(state)
  })

  it('fits into what browsers keep, however much there is in it', () => {
    const largest: SessionState = {
      csrf: newCsrfValue(),
      token,
      github: 'x'.repeat(512),
      returnUrl: parseReturnUrl(`https://example.com/${'x'.repeat(1_980)}`, {
        baseUrl: 'https://example.com/',
        allowSubdomains: true,
      }),
      state: 'c29tZS1sb2dpbi1zdGF0ZQ==',
      loginStart: '2026-11-23T19:59:20.123000Z',
    }
    const domain = `${'sub.'.repeat(60)}example.com`
    expect(writeSession(largest, fernet, { domain, isSecure: true }).length).toBeLessThanOrEqual(4_096)
  })

  it('that is empty is an empty object', () => {
    const [, value = ''] = /"([^"]+)"/.exec(writeSession({}, fernet, { domain: null, isSecure: true })) ?? []
    expect(fernet.decrypt(value).toString()).toBe('{}')
  })

  it('names a domain only where subdomains are to get it', () => {
    expect(writeSession({}, fernet, { domain: 'example.com', isSecure: true })).toMatch(
      /^gafaelfawr="[^"]+"; Domain=example\.com; HttpOnly; Path=\/; SameSite=lax; Secure$/,
    )
  })

  it('holds a value against forged requests of 22 characters, a new one each time', () => {
    expect(newCsrfValue()).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(newCsrfValue()).not.toBe(newCsrfValue())
  })
})
