import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidReturnUrlError, parseReturnUrl } from './return-url.ts'

const plain = { baseUrl: 'https://example.com/', allowSubdomains: false }
const withSubdomains = { ...plain, allowSubdomains: true }

describe('a return URL', () => {
  it.each([
    ['https://example.com/back', 'https://example.com/back'],
    ['https://example.com', 'https://example.com/'],
    ['https://EXAMPLE.com:443/a/../b?c=d#e', 'https://example.com/b?c=d#e'],
    [
      'https://example.com/?next=https://elsewhere.example',
      'https://example.com/?next=https://elsewhere.example',
    ],
    ['https://example.com/a b', 'https://example.com/a%20b'],
    ['https://example.com/ünï', 'https://example.com/%C3%BCn%C3%AF'],
  ])('is taken as a browser reads it: %s', (text, expected) => {
    expect(parseReturnUrl(text, plain)).toBe(expected)
  })

  it.each([
    '/back',
    'back',
    '//example.com/back',
    '///example.com',
    'https:example.com',
    'https:/example.com/',
    'https:///example.com/',
    'https:\\\\example.com',
    'https://example.com\\@elsewhere.example/',
    'https://elsewhere.example\\@example.com/',
    'https://elsewhere.example/',
    'https://example.com.elsewhere.example/',
    'https://notexample.com/',
    'https://example.com./',
    'https://example.com@elsewhere.example/',
    'https://user@example.com/',
    'https://user:password@example.com/',
    'https://:password@example.com/',
    'https://example.com:8443/',
    'https://example.com:80/',
    'http://example.com/',
    'javascript:alert(1)//https://example.com/',
    'data:text/html,https://example.com/',
    'ftp://example.com/',
    'https://exаmple.com/',
    'https://ex\u00adample.com/',
    'https://ex\u200bample.com/',
    'https://example.com/\r\nSet-Cookie: a=b',
    'https://exam\tple.com/',
    ' https://example.com/',
    'https://example.com/a ',
    'https://[::1]/',
    'https://',
    `https://example.com/${'a'.repeat(2_000)}`,
    `https://example.com/${'ü'.repeat(400)}`,
  ])('is refused: %j', (text) => {
    expect(() => parseReturnUrl(text, plain)).toThrow(InvalidReturnUrlError)
  })

  it('may lead below the host where subdomains are allowed, and only then', () => {
    expect(parseReturnUrl('https://nb.example.com/', withSubdomains)).toBe('https://nb.example.com/')
    expect(() => parseReturnUrl('https://nb.example.com/', plain)).toThrow(InvalidReturnUrlError)
    expect(() => parseReturnUrl('https://example.com.evil.example/', withSubdomains)).toThrow(
      InvalidReturnUrlError,
    )
    expect(() => parseReturnUrl('https://evilexample.com/', withSubdomains)).toThrow(InvalidReturnUrlError)
  })

  it('keeps to the scheme and port of the base URL', () => {
    const local = { baseUrl: 'http://127.0.0.1:8080/', allowSubdomains: false }
    expect(parseReturnUrl('http://127.0.0.1:8080/x', local)).toBe('http://127.0.0.1:8080/x')
    expect(() => parseReturnUrl('http://127.0.0.1:9090/x', local)).toThrow(InvalidReturnUrlError)
    expect(() => parseReturnUrl('https://127.0.0.1:8080/x', local)).toThrow(InvalidReturnUrlError)
  })

  it('never leads elsewhere, whatever is sent', () => {
    const piece = fc.constantFrom(
      'https:',
      'http:',
      '/',
      '//',
      '\\',
      '@',
      'example.com',
      'evil.example',
      ':',
      '.',
      '?',
      '#',
      '%2f',
      '%5c',
      '\t',
      ' ',
      '。',
      '＠',
      '／',
    )
    const text = fc
      .array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 8 })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          text.map((rest) => `https://example.com${rest}`),
        ),
        (candidate) => {
          const accepted = (() => {
            try {
              return parseReturnUrl(candidate, plain)
            } catch (error) {
              expect(error).toBeInstanceOf(InvalidReturnUrlError)
              return null
            }
          })()
          if (accepted !== null) expect(new URL(accepted).origin).toBe('https://example.com')
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
