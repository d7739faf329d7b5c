import { describe, expect, it } from 'vitest'
import { type ChangeHistoryEntry, changedFields } from './change-history.ts'

const edit: ChangeHistoryEntry = {
  ...{ id: 1, token: 'key', username: 'alice', tokenType: 'user', tokenName: 'laptop', parent: null },
  ...{ scopes: [], service: null, expires: 2_000_000_000, actor: 'alice', action: 'edit', ipAddress: null },
  ...{ oldTokenName: null, oldScopes: null, oldExpires: null, eventTime: 0, cause: null, ancestor: null },
}

describe('what an edit changed', () => {
  it.each<[string, Partial<ChangeHistoryEntry>, string[]]>([
    ['a name', { oldTokenName: 'desktop' }, ['token_name']],
    ['scopes, the last of them', { oldScopes: ['read:all'] }, ['scopes']],
    ['scopes, the first of them', { oldScopes: [], scopes: ['read:all'] }, ['scopes']],
    ['an end', { oldExpires: 1_900_000_000 }, ['expires']],
    ['an end to never', { oldExpires: 1_900_000_000, expires: null }, ['expires']],
    ['never to an end', {}, ['expires']],
    [
      'several',
      { oldTokenName: 'desktop', oldScopes: [], oldExpires: 1 },
      ['token_name', 'scopes', 'expires'],
    ],
    ['a note', { cause: 'note' }, ['note']],
    ['a secret', { cause: 'rotate' }, ['secret']],
    ['scopes of a descendant', { cause: 'narrowed', oldScopes: ['read:all'] }, ['scopes']],
  ])('is told: %s', (_what, change, fields) => {
    expect(changedFields({ ...edit, ...change })).toEqual(fields)
  })

  it('is nothing where it was no edit', () => {
    expect(changedFields({ ...edit, action: 'create' })).toEqual([])
  })
})
