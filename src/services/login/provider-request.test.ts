import { describe, expect, it } from 'vitest'
import { ProviderFailedError } from '../../models/login-errors.ts'
import { loggable, parseReply, reasonOf, replyError, shownCode } from './provider-request.ts'

const reply = (text: string, status = 400) => ({
  request: 'POST https://provider.example/token',
  status,
  headers: new Headers(),
  text,
})

// The requests themselves are tried over loopback, in tests/login-providers.
describe('what the log gets of a provider’s answer', () => {
  it('is cut, and without the secrets that went there', () => {
    const text = `no secret-1 nor secret-2, ${'x'.repeat(2000)}`
    expect(loggable(text, ['secret-1', 'secret-2', ''])).toHaveLength(1000)
    expect(loggable(text, ['secret-1', 'secret-2'])).toMatch(/^no … nor …, x/)
  })

  it('names the request and the status', () => {
    expect(replyError(reply('nothing', 404), []).message).toBe(
      'POST https://provider.example/token was answered by 404: nothing',
    )
  })

  it('has no part of what cannot be read', () => {
    expect(() => parseReply(reply('{"access_token":"secret'))).toThrow(
      'The answer to POST https://provider.example/token is not JSON',
    )
  })

  it('has the cause of an error that is shown to people, and any other error itself', () => {
    expect(reasonOf(new ProviderFailedError('shown', { cause: new Error('why') }))).toBe('Error: why')
    expect(reasonOf(new ProviderFailedError('shown'))).toBe('shown')
    expect(reasonOf(new TypeError('odd'))).toBe('TypeError: odd')
  })
})

describe('an error code', () => {
  it('is shown if it is one', () => {
    expect(shownCode('invalid_grant')).toEqual(['invalid_grant'])
    for (const text of ['', 'Invalid', 'a b', '<b>', 'x'.repeat(65)]) expect(shownCode(text)).toEqual([])
  })
})
