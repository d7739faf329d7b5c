import { describe, expect, it } from 'vitest'
import { CHANGE_CAUSES } from '../../src/models/change-history.ts'
import type { HistoryEntry } from '../../web/src/api/types.ts'
import { changes, deed, reason } from '../../web/src/history/words.ts'

const entry: HistoryEntry = {
  token: 'AAAAAAAAAAAAAAAAAAAAAA',
  username: 'alice',
  token_type: 'user',
  token_name: 'laptop',
  scopes: ['read:all'],
  expires: null,
  actor: 'alice',
  action: 'create',
  ip_address: '127.0.0.1',
  event_time: 1_700_000_000,
}

describe('an entry of the history', () => {
  it.each([
    [{}, 'alice made the user token'],
    [{ action: 'revoke', token_type: 'session' }, 'alice revoked the session'],
    [{ action: 'edit', cause: 'rotate' }, 'alice gave a new secret to the user token'],
    [{ action: 'expire', actor: '<internal>' }, 'Porthor itself noted the end of the user token'],
    [{ actor: '<bootstrap>', token_type: 'oidc' }, 'The bootstrap token made the OpenID Connect token'],
    [{ actor: '' }, 'Somebody made the user token'],
  ] as const)('says who did what: %j', (fields, words) => {
    expect(deed({ ...entry, ...fields })).toBe(words)
  })

  it('says why, for every cause that there is', () => {
    for (const cause of CHANGE_CAUSES.filter((one) => one !== 'rotate')) {
      expect([cause, reason({ ...entry, cause })]).toEqual([cause, expect.not.stringContaining('reason')])
    }
    expect(reason({ ...entry, cause: 'rotate' })).toBeNull()
    expect(reason(entry)).toBeNull()
    expect(reason({ ...entry, cause: 'of-a-later-version' })).toBe('for the reason of-a-later-version')
  })

  it('says what a change has changed, and nothing of what it has not', () => {
    const edit = {
      ...entry,
      action: 'edit' as const,
      scopes: ['read:all', 'exec:test'],
      expires: 1_800_000_000,
    }
    expect(changes({ ...edit, old_token_name: 'desktop' })).toEqual(['It was called desktop.'])
    expect(changes({ ...edit, old_token_name: 'laptop' })).toEqual([])
    // In a script from the right, or with marks that turn what follows, it ends where it ends.
    expect(changes({ ...edit, old_token_name: '\u2069\u202egnp' })).toEqual([
      'It was called \u2068\u202egnp\u2069.',
    ])
    expect(changes({ ...edit, old_scopes: ['read:all', 'admin:token'] })).toEqual([
      'It lost admin:token.',
      'It gained exec:test.',
    ])
    const [end] = changes({ ...edit, old_expires: null })
    expect(end).toMatch(/^Its end was never and is .*2027.*\.$/)
    expect(changes({ ...entry, old_scopes: ['admin:token'] })).toEqual([])
  })
})
