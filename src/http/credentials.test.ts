import { describe, expect, it } from 'vitest'
import { InvalidRequestError } from '../models/errors.ts'
import { Token } from '../models/token.ts'
import { headerCredential } from './credentials.ts'

const token = Token.generate().toString()
const other = Token.generate().toString()
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`

describe('a credential in a header', () => {
  it.each([
    `Bearer ${token}`,
    `bearer ${token}`,
    `BEARER    ${token}`,
    `Bearer\t${token}`,
    ` Bearer ${token} `,
  ])('is taken from the Bearer scheme: %#', (header) =>
    expect(headerCredential([header])).toEqual({ text: token, source: 'bearer' }),
  )

  it('may be anything, for the Bearer scheme', () => {
    expect(headerCredential(['Bearer nonsense at all'])).toEqual({
      text: 'nonsense at all',
      source: 'bearer',
    })
  })

  it.each([
    [`${token}:x-oauth-basic`, 'basic-username'],
    [`${token}:`, 'basic-username'],
    [`${token}:${token}`, 'basic-username'],
    [`${token}:pass:with:colons`, 'basic-username'],
    [`${token}:pässwörd`, 'basic-username'],
    [`${token}:x\r\n`, 'basic-username'],
    [`x-oauth-basic:${token}`, 'basic-password'],
    [`:${token}`, 'basic-password'],
  ])('is taken from either field of the Basic scheme: %#', (pair, source) => {
    expect(headerCredential([basic(pair)])).toEqual({ text: token, source })
  })

  it.each([[], [''], ['   '], [basic('alice:password')], [basic(':')], [basic('gt-abc:x')]])(
    'is not there: %#',
    (...headers) => expect(headerCredential(headers)).toBeNull(),
  )

  it.each([
    'Bearer',
    'Basic',
    token,
    `Token ${token}`,
    'Digest username="alice"',
    'Basic ???',
    'Basic YWxpY2U6cGFzc3dvcm',
    'Basic //79/Dr/',
    basic(token),
    basic(`${token}:${other}`),
  ])('cannot be used: %#', (header) => {
    expect(() => headerCredential([header])).toThrow(InvalidRequestError)
    // Whatever is said about it goes to logs and answers.
    expect(() => headerCredential([header])).not.toThrow(token.slice(26))
  })

  it('may come twice, but not in two ways', () => {
    expect(headerCredential([`Bearer ${token}`, `Bearer ${token}`])?.text).toBe(token)
    expect(() => headerCredential([`Bearer ${token}`, `Bearer ${other}`])).toThrow(InvalidRequestError)
  })
})
