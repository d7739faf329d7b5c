import { describe, expect, it } from 'vitest'
import { parseRedisUrl } from './redis-url.ts'

const plain = { database: 0, username: null, password: null, tls: false }

describe('the address of a Redis', () => {
  it.each([
    ['redis://', { kind: 'server', host: 'localhost', port: 6379, ...plain }],
    ['redis://Cache', { kind: 'server', host: 'cache', port: 6379, ...plain }],
    ['redis://cache:6380/', { kind: 'server', host: 'cache', port: 6380, ...plain }],
    ['redis://[::1]:6380/2', { kind: 'server', host: '::1', port: 6380, ...plain, database: 2 }],
    ['rediss://cache', { kind: 'server', host: 'cache', port: 6379, ...plain, tls: true }],
    [
      'redis://us%40er:p%2Fw@cache/1',
      {
        kind: 'server',
        host: 'cache',
        port: 6379,
        database: 1,
        username: 'us@er',
        password: 'p/w',
        tls: false,
      },
    ],
    ['redis://:pw@cache', { kind: 'server', host: 'cache', port: 6379, ...plain, password: 'pw' }],
    [
      'redis+sentinel://one:26379,two/main/3',
      {
        kind: 'sentinel',
        sentinels: [
          { host: 'one', port: 26379 },
          { host: 'two', port: 26379 },
        ],
        name: 'main',
        ...plain,
        database: 3,
      },
    ],
    [
      'rediss+sentinel://user@one/main',
      {
        kind: 'sentinel',
        sentinels: [{ host: 'one', port: 26379 }],
        name: 'main',
        database: 0,
        username: 'user',
        password: null,
        tls: true,
      },
    ],
  ])('%s', (url, expected) => {
    expect(parseRedisUrl(url)).toEqual(expected)
  })

  it('takes the password given in place of its own', () => {
    expect(parseRedisUrl('redis://user:own@cache', 'other')).toMatchObject({
      username: 'user',
      password: 'other',
    })
  })

  it.each([
    '',
    'cache:6379',
    'http://cache',
    'redis://one,two',
    'redis://cache:0',
    'redis://cache:70000',
    'redis://cache/zero',
    'redis://cache/0/1',
    'redis://cache?database=1',
    'redis://user:p@ss@cache',
    'redis://user:%zz@cache',
    'redis+sentinel://one',
    'redis+sentinel://one/',
    'redis+sentinel:///main',
    'redis+sentinel://one,,two/main',
  ])('%j is refused', (url) => {
    expect(parseRedisUrl(url)).toBeNull()
  })
})
