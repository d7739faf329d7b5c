import { describe, expect, it } from 'vitest'
import { CannotAuthenticateError, NotEnrolledError, ProviderFailedError } from '../../models/login-errors.ts'
import { type ClaimRules, userOf } from './oidc-user.ts'

interface Line {
  event: string
  fields: object
}

function read(claims: Record<string, unknown>, rules: Partial<ClaimRules> = {}) {
  const lines: Line[] = []
  const add = (fields: object, event: string) => void lines.push({ event, fields })
  const claimed = userOf(claims, {
    usernameClaim: 'uid',
    userInfoClaims: {
      name: 'name',
      email: 'email',
      uid: 'uidNumber',
      gid: 'gidNumber',
      groups: 'isMemberOf',
    },
    log: { debug: add, info: add, warn: add, error: add },
    ...rules,
  })
  return { ...claimed, lines }
}

describe('the user of an ID token', () => {
  it('has the username alone, where no other claim is named', () => {
    const claims = { uid: 'alice', name: 'Alice', email: 'a@example.com', isMemberOf: [{ name: 'g', id: 1 }] }
    const none = { name: null, email: null, uid: null, gid: null, groups: null }
    const { user, unnumberedGroups } = read(claims, { userInfoClaims: none })
    expect(user).toEqual({ username: 'alice', name: null, email: null, uid: null, gid: null, groups: null })
    expect(unnumberedGroups).toEqual([])
  })

  it('has what the named claims say, numbers as digits too', () => {
    const isMemberOf = [
      { name: 'zoo', id: '12' },
      { name: 'acme', id: 11, extra: true },
    ]
    const claims = {
      uid: 'alice',
      name: 'Alice',
      email: 'a@example.com',
      uidNumber: '4001',
      gidNumber: 4002,
      isMemberOf,
    }
    expect(read(claims).user).toEqual({
      username: 'alice',
      name: 'Alice',
      email: 'a@example.com',
      uid: 4001,
      gid: 4002,
      groups: [
        { name: 'acme', id: 11 },
        { name: 'zoo', id: 12 },
      ],
    })
  })

  it('has nothing of claims that are missing, empty or null, and leaves groups to others then', () => {
    const { user } = read({ uid: 'alice', name: '', email: null })
    expect(user).toEqual({ username: 'alice', name: null, email: null, uid: null, gid: null, groups: null })
    expect(read({ uid: 'alice', isMemberOf: [] }).user.groups).toEqual([])
  })

  it('may be in groups without a number, by name alone', () => {
    const { user, unnumberedGroups } = read({
      uid: 'alice',
      isMemberOf: ['zoo', { name: 'acme' }, { name: 'numbered', id: 5 }, { name: 'null', id: null }],
    })
    expect(user.groups).toEqual([{ name: 'numbered', id: 5 }])
    expect(unnumberedGroups).toEqual(['acme', 'null', 'zoo'])
  })

  it('is in no group that cannot be one, and the log says which', () => {
    const { user, unnumberedGroups, lines } = read({
      uid: 'alice',
      isMemberOf: ['/path', '12', { name: 'a b', id: 1 }, { name: 'ok', id: 0 }, { id: 3 }, 7, null],
    })
    expect([user.groups, unnumberedGroups]).toEqual([[], []])
    const none = '(without a name)'
    expect(lines).toEqual([
      {
        event: 'Ignoring invalid groups',
        fields: { invalid_groups: ['/path', '12', 'a b', 'ok', none, none, none], user: 'alice' },
      },
    ])
  })

  it.each([undefined, null])(
    'is not enrolled where the username is %s; the log has names of claims alone',
    (uid) => {
      const lines: Line[] = []
      const add = (fields: object, event: string) => void lines.push({ event, fields })
      const log = { debug: add, info: add, warn: add, error: add }
      expect(() => read({ uid, sub: 'secret' }, { log })).toThrow(NotEnrolledError)
      expect(lines).toEqual([{ event: 'No uid claim in token', fields: { claims: ['sub', 'uid'] } }])
    },
  )

  it.each(['', 'Alice', 'alice\n', '-a', '12', 'a'.repeat(65), 'alïce', '<bootstrap>'])(
    'cannot be one by the username %j',
    (uid) => {
      expect(() => read({ uid })).toThrow(CannotAuthenticateError)
    },
  )

  it.each([
    ['uid', 7],
    ['uid', ['alice']],
    ['name', 7],
    ['name', 'x'.repeat(1025)],
    ['email', ['a@example.com']],
    ['uidNumber', 'seven'],
    ['uidNumber', -7],
    ['uidNumber', 2 ** 32],
    ['gidNumber', 0],
    ['isMemberOf', 'acme'],
    ['isMemberOf', { name: 'acme', id: 7 }],
  ])('is none where the claim %s is %j', (claim, value) => {
    let error: unknown
    try {
      read({ uid: 'alice', [claim]: value })
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(ProviderFailedError)
    expect((error as ProviderFailedError).detail).toBe(
      `OpenID Connect token verification failed: Invalid ${claim} claim in token`,
    )
  })
})
