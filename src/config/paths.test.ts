import { describe, expect, it } from 'vitest'
import { camelCase, formatPath, nearest } from './paths.ts'

describe('a path', () => {
  it('is written as people would', () => {
    expect(formatPath(['oidcServer', 'clients', 0, 'return_uri'])).toBe('oidcServer.clients[0].return_uri')
    expect(formatPath(['groupMapping', 'exec:test', 1])).toBe('groupMapping["exec:test"][1]')
  })
})

describe('a key', () => {
  it.each([
    ['token_lifetime', 'tokenLifetime'],
    ['tokenLifetime', 'tokenLifetime'],
    ['redis_persistent_url', 'redisPersistentUrl'],
    ['_private', '_private'],
  ])('%s reads %s', (written, key) => {
    expect(camelCase(written)).toBe(key)
  })
})

describe('the nearest name', () => {
  const known = ['baseUrl', 'baseInternalUrl', 'clientId', 'clientSecret', 'spawn', 'port']

  it.each([
    ['basurl', 'baseUrl'],
    ['BASE-URL', 'baseUrl'],
    ['clientID', 'clientId'],
    ['clientSercet', 'clientSecret'],
    ['spwan', 'spawn'],
    ['prot', 'port'],
    ['host', null],
    ['', null],
    ['x'.repeat(10_000), null],
  ])('to %s is %s', (name, expected) => {
    expect(nearest(name, known)).toBe(expected)
  })
})
