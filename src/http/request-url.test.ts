import { describe, expect, it } from 'vitest'
import { headerSafe, requestUrl } from './request-url.ts'

const url = (target: string, host: string | undefined) =>
  requestUrl(target, { scheme: 'http', host, baseUrl: 'https://example.com:8443/' })

describe('the URL of a request', () => {
  it('has the host that the client named', () => {
    expect(url('/a?b=c?d', 'other.example:8080')).toEqual({
      origin: 'http://other.example:8080',
      path: '/a',
      query: 'b=c?d',
    })
    expect(url('/', '[2001:db8::1]:80').origin).toBe('http://[2001:db8::1]:80')
  })

  it.each([undefined, '', 'a b', 'evil.example/path', 'user@host', 'a>b', 'x:y'])(
    'has the base URL’s host instead of none: %s',
    (host) => expect(url('/', host).origin).toBe('http://example.com:8443'),
  )
})

describe('headerSafe', () => {
  it('encodes what would end a header or a link', () => {
    expect(headerSafe('http://h/a>"\\é\r\n')).toBe('http://h/a%3E%22%5C%C3%A9%0D%0A')
  })

  it('leaves what is encoded', () => expect(headerSafe('/a%20b?c=d&e')).toBe('/a%20b?c=d&e'))
})
