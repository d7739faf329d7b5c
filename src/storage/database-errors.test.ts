import { describe, expect, it } from 'vitest'
import {
  isConnectionError,
  isForeignKeyViolation,
  isRepeatable,
  isServerError,
  isUniqueViolation,
  unavailable,
} from './database-errors.ts'

const coded = (code: string, more: object = {}) => Object.assign(new Error('failed'), { code, ...more })

describe('an error of the database', () => {
  it('is of a constraint by name', () => {
    const error = coded('23505', { constraint: 'token_pkey' })
    expect(isUniqueViolation(error, 'token_pkey')).toBe(true)
    expect(isUniqueViolation(error, 'admin_pkey')).toBe(false)
    expect(isForeignKeyViolation(coded('23503'))).toBe(true)
    expect(isForeignKeyViolation(error)).toBe(false)
  })

  it.each(['40P01', '40001', '55P03'])('%s allows to start over', (code) => {
    expect(isRepeatable(coded(code))).toBe(true)
    expect([isServerError(coded(code)), isConnectionError(coded(code))]).toEqual([true, false])
  })

  it.each(['08006', '57P01', '25P03', '53300', 'ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'EAI_AGAIN'])(
    '%s leaves the outcome of a COMMIT unknown',
    (code) => {
      expect([isConnectionError(coded(code)), isServerError(coded(code))]).toEqual([true, false])
      expect(isRepeatable(coded(code))).toBe(false)
    },
  )

  it.each([
    ...['Connection terminated unexpectedly', 'Connection terminated due to connection timeout'],
    ...['timeout exceeded when trying to connect', 'Client was closed and is not queryable'],
    'Client has encountered a connection error and is not queryable',
  ])('without a code, "%s", is one of the connection', (message) => {
    expect(isConnectionError(new Error(message))).toBe(true)
  })

  it.each(['40P01', '08006', 'ECONNRESET', '53300', '25006', '57014'])(
    '%s says that the database cannot be used just now',
    (code) => {
      const error = coded(code)
      expect(unavailable(error)).toMatchObject({ code: 'store_unavailable', cause: error })
    },
  )

  it.each(['23505', '42P01', 'ERR_INVALID_ARG_TYPE'])('%s says something else', (code) => {
    expect(unavailable(coded(code))).toBeNull()
  })

  it.each([null, undefined, 'text', 7, new Error('other'), {}, coded('ERR_INVALID_ARG_TYPE')])(
    'is none of these: %s',
    (error) => {
      expect([isConnectionError(error), isServerError(error), isRepeatable(error)]).toEqual([
        false,
        false,
        false,
      ])
    },
  )
})
