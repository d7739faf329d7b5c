import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hostOf, normaliseDatabaseUrl, normaliseHttpUrl } from './urls.ts'

describe('an http URL', () => {
  it.each([
    ['https://Example.COM', 'https://example.com/'],
    ['HTTPS://example.com:443/a', 'https://example.com/a'],
    ['http://example.com:80', 'http://example.com/'],
    ['http://example.com:8080/a?b=c', 'http://example.com:8080/a?b=c'],
    ['http://[::1]:8080', 'http://[::1]:8080/'],
  ])('%s reads %s', (text, expected) => {
    expect(normaliseHttpUrl(text)).toBe(expected)
  })

  it.each([
    '',
    'example.com',
    '/login',
    'ftp://example.com',
    'https:example.com',
    'https:///path',
    'https://exa mple.com',
    'https://example.com:99999',
    'https://example.com\\a',
    ' https://example.com',
    'https://example.com\n',
  ])('%j is refused', (text) => {
    expect(normaliseHttpUrl(text)).toBeNull()
  })

  it('is not changed by being normalised again', () => {
    const check = fc.property(fc.webUrl(), (url) => {
      const once = normaliseHttpUrl(url)
      expect(once && normaliseHttpUrl(once)).toBe(once)
    })
    fc.assert(check)
  })

  it('has its host without the port', () => {
    expect(hostOf('https://example.com:8443/a')).toBe('example.com')
  })
})

describe('a database URL', () => {
  it.each([
    ['postgresql://user@host/name', 'postgresql://user@host/name'],
    ['postgres://user@host:5433/name', 'postgresql://user@host:5433/name'],
    ['postgresql+asyncpg://user:own@host/name', 'postgresql://user:own@host/name'],
    ['postgresql://host/name?sslmode=require&x=y', 'postgresql://host/name?sslmode=require&x=y'],
    ['postgresql://user@[::1]:5432/name', 'postgresql://user@[::1]:5432/name'],
    ['postgresql:///name?host=/run/postgresql', 'postgresql:///name?host=/run/postgresql'],
  ])('%s reads %s', (text, expected) => {
    expect(normaliseDatabaseUrl(text)).toBe(expected)
  })

  it.each([
    '',
    'mysql://host/name',
    'postgresql+psycopg://host/name',
    'postgresql:host',
    'postgresql://one,two/name',
    'postgresql://user:p@ss@host/name',
    'postgresql://user:p/ss@host/name',
    'postgresql://user:%zz@host/name',
    'postgresql://host:port/name',
    'postgresql://host/name#part',
    'postgresql://ho st/name',
  ])('%j is refused', (text) => {
    expect(normaliseDatabaseUrl(text)).toBeNull()
  })

  it('takes any password, percent-encoded, in place of its own', () => {
    const check = fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (password) => {
      const url = normaliseDatabaseUrl('postgresql://user:own@host/name?sslmode=require', password)
      const encoded = /^postgresql:\/\/user:([^@:/]*)@host\/name\?sslmode=require$/.exec(url ?? '')?.[1]
      expect(decodeURIComponent(encoded ?? '')).toBe(password)
    })
    fc.assert(check)
  })

  it('takes host and port, or the port alone, from elsewhere', () => {
    const url = 'postgresql://user@host:5432/name'
    expect(normaliseDatabaseUrl(url, null, { host: 'other', port: 1 })).toBe('postgresql://user@other:1/name')
    expect(normaliseDatabaseUrl(url, null, { host: null, port: 1 })).toBe('postgresql://user@host:1/name')
    expect(normaliseDatabaseUrl('postgresql://[::1]/name', null, { host: null, port: 1 })).toBe(
      'postgresql://[::1]:1/name',
    )
  })
})
