import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Token } from '../models/token.ts'
import { Fernet } from '../storage/token-data/fernet.ts'
import { redact, redactUrl } from './redact.ts'

const token = Token.generate()

describe('redact', () => {
  it('leaves the key of a token and takes its secret', () => {
    expect(redact(`a ${token} b`)).toBe(`a gt-${token.key}.(secret) b`)
  })

  it('takes encrypted values, credentials and passwords', () => {
    const value = new Fernet([Fernet.generateKey()]).encrypt('{}')
    expect(redact(`x=${value};`)).toBe('x=(encrypted);')
    expect(redact('Authorization: Bearer abc.def, other')).toBe('Authorization: Bearer (credential), other')
    expect(redact('postgresql://user:p4ss@db.example/x')).toBe('postgresql://user:(password)@db.example/x')
  })

  it('leaves no secret of a token, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(redact(`${before}${token}${after}`)).not.toContain(token.secret)
      }),
    )
  })
})

describe('redactUrl', () => {
  it('keeps parameters that say what was asked for', () => {
    expect(redactUrl('/history', 'limit=4&cursor=1_2&username=alice')).toBe(
      '/history?limit=4&cursor=1_2&username=alice',
    )
  })

  it('leaves out the values of all others', () => {
    expect(redactUrl('/login', 'code=secret&state=x&flag')).toBe(
      '/login?code=(redacted)&state=(redacted)&flag=(redacted)',
    )
  })

  it('takes tokens from paths and from known parameters', () => {
    expect(redactUrl(`/tokens/${token}`, `key=${token}`)).not.toContain(token.secret)
  })
})
