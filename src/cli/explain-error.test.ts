import { describe, expect, it } from 'vitest'
import { type Config, loadConfig } from '../config/index.ts'
import { NotFoundError, StoreUnavailableError } from '../models/errors.ts'
import { explainError } from './explain-error.ts'

const address = { database: 0, username: 'u', password: 'very-secret', tls: false }
const redis = { kind: 'server', host: 'redis.example.com', port: 6380, ...address } as const
const embedded = await loadConfig({ environment: {}, purpose: 'check' })
const config: Config = {
  ...embedded,
  database: {
    kind: 'postgresql',
    url: 'postgresql://porthor:very-secret@db.example.com/porthor',
    listenUrl: '',
    poolSize: 1,
  },
  tokenStore: { kind: 'redis', persistent: redis, ephemeral: redis },
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

describe('an error for people', () => {
  it.each([
    [
      coded('ECONNREFUSED', 'connect ECONNREFUSED'),
      'PostgreSQL at db.example.com:5432 cannot be reached (ECONNREFUSED)',
    ],
    [coded('28P01', 'password authentication failed'), 'PostgreSQL at db.example.com:5432 refuses: password'],
    [coded('3D000', 'database "porthor" does not exist'), 'database "porthor" does not exist'],
    [
      new StoreUnavailableError('The database does not answer', { cause: coded('ECONNRESET', 'x') }),
      'PostgreSQL at db.example.com:5432 cannot be reached (ECONNRESET)',
    ],
    [
      new StoreUnavailableError('Redis cannot be reached', { cause: coded('ECONNREFUSED', 'x') }),
      'Redis cannot be reached (redis.example.com:6380) (ECONNREFUSED): start it',
    ],
    [
      new StoreUnavailableError('Redis does not answer', {
        cause: new StoreUnavailableError('Redis cannot be reached', {
          cause: new Error('WRONGPASS invalid'),
        }),
      }),
      'Redis cannot be reached (redis.example.com:6380) (WRONGPASS invalid)',
    ],
    [new NotFoundError('No such administrator'), 'No such administrator'],
  ])('is made of %s', (error, message) => {
    const explained = explainError(error, config)
    expect(explained?.message).toContain(message)
    expect(explained?.message).not.toContain('very-secret')
    expect(explained?.exitCode).toBe(1)
  })

  it('is not made of what was not foreseen', () => {
    expect(explainError(new TypeError('x is not a function'), config)).toBeNull()
    expect(explainError(coded('22P02', 'invalid input syntax'), config)).toBeNull()
    expect(explainError(null, config)).toBeNull()
  })
})
