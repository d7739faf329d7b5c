import { describe, expect, it } from 'vitest'
import {
  DuplicateTokenNameError,
  InvalidRequestError,
  InvalidTokenError,
  NoAuthorizationError,
  PermissionDeniedError,
  StoreUnavailableError,
  UnknownToDatabaseError,
} from '../models/errors.ts'
import { Token } from '../models/token.ts'
import { answerToError, MissingClientAddressError, plainAnswer, traceOf } from './errors.ts'
import { ValidationError } from './validation.ts'

const answer = (error: unknown) => {
  const { body, ...rest } = answerToError(error, 'example.com')
  return { ...rest, body: body.startsWith('{') ? JSON.parse(body) : body }
}
const json = { 'content-type': 'application/json' }

describe('the answer to an error', () => {
  it('names its type and place', () => {
    expect(answer(new DuplicateTokenNameError())).toEqual({
      status: 409,
      headers: json,
      body: {
        detail: [{ msg: expect.any(String), type: 'duplicate_token_name', loc: ['body', 'token_name'] }],
      },
    })
    expect(answer(new PermissionDeniedError('No'))).toEqual({
      status: 403,
      headers: json,
      body: { detail: [{ msg: 'No', type: 'permission_denied' }] },
    })
  })

  it('challenges whoever gave no credential, with an object for the detail', () => {
    expect(answer(new NoAuthorizationError('Authentication required'))).toEqual({
      status: 401,
      headers: {
        ...json,
        'cache-control': 'no-cache, no-store',
        'www-authenticate': 'Bearer realm="example.com"',
      },
      body: { detail: { msg: 'Authentication required', type: 'no_authorization' } },
    })
  })

  it('says what is wrong with a token, in headers too', () => {
    expect(answer(new InvalidTokenError('Token "é\\" is\nbad')).headers).toEqual({
      ...json,
      'cache-control': 'no-cache, no-store',
      'www-authenticate':
        'Bearer realm="example.com", error="invalid_token", error_description="Token  isbad"',
      'x-error-status': '401',
      'x-error-body': '{"detail": [{"msg": "Token \\"\\u00e9\\\\\\" is\\nbad", "type": "invalid_token"}]}',
    })
  })

  it('has the true status for an unusable header, for there is no proxy in between', () => {
    const { status, headers } = answer(new InvalidRequestError('Malformed'))
    expect(status).toBe(400)
    expect(headers).toMatchObject({
      'www-authenticate':
        'Bearer realm="example.com", error="invalid_request", error_description="Malformed"',
    })
    expect(headers).not.toHaveProperty('x-error-status')
  })

  it('does not challenge where the credential is good but the database does not know it', () => {
    expect(answer(new UnknownToDatabaseError('Unknown'))).toMatchObject({ status: 403, headers: json })
  })

  it('has an object for the detail where no address is known', () => {
    expect(answer(new MissingClientAddressError('No client IP address'))).toEqual({
      status: 422,
      headers: json,
      body: { detail: { msg: 'No client IP address', type: 'missing_client_ip' } },
    })
  })

  it('says when to come back where a store is away', () => {
    expect(answer(new StoreUnavailableError('Redis does not answer'))).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      body: { detail: [{ type: 'store_unavailable' }] },
    })
  })

  it('lists all findings', () => {
    const findings = [{ type: 'missing', loc: ['body'], msg: 'Field required', input: null }]
    expect(answer(new ValidationError(findings))).toEqual({
      status: 422,
      headers: json,
      body: { detail: findings },
    })
  })

  it('says nothing of what nobody expected', () => {
    expect(answer(new Error('secret thing'))).toEqual({
      status: 500,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: 'Internal Server Error',
    })
    expect(answer('not even an error').status).toBe(500)
  })

  it.each([400, 413, 415])('keeps the status %i of a refusal before any route', (statusCode) => {
    const error = Object.assign(new Error('details'), { code: 'FST_ERR_X', statusCode })
    expect(answer(error)).toMatchObject({
      status: statusCode,
      body: { detail: [{ type: expect.any(String) }] },
    })
    expect(JSON.stringify(answer(error))).not.toContain('details')
  })

  it('is a text where there is no such path or method', () => {
    expect(plainAnswer(404).body).toBe('{"detail":"Not Found"}')
    expect(plainAnswer(405, { allow: 'GET' })).toEqual({
      status: 405,
      headers: { ...json, allow: 'GET' },
      body: '{"detail":"Method Not Allowed"}',
    })
  })
})

describe('the trace of an error', () => {
  it('has its causes, and no secret', () => {
    const token = Token.generate()
    const trace = traceOf(new Error('outer', { cause: new Error(`inner ${token}`) }))
    expect(trace).toMatch(/outer[\s\S]+caused by: Error: inner/)
    expect(trace).not.toContain(token.secret)
  })

  it('ends, though causes go in a ring', () => {
    const error = new Error('ring')
    error.cause = error
    expect(traceOf(error).match(/caused by/g)?.length).toBe(4)
  })
})
