import { describe, expect, it } from 'vitest'
import { type ChangeHistoryEntry, changeHistoryAnswer, changeHistoryToAnswer } from './change-history.ts'
import { type TokenInfo, tokenInfoAnswer, tokenInfoToAnswer } from './token-info.ts'

const KEY = 'AAECAwQFBgcICQoLDA0ODw'

describe('the answer about a token', () => {
  const bare: TokenInfo = {
    ...{ token: KEY, username: 'alice', tokenType: 'session', tokenName: null, service: null, scopes: [] },
    ...{ created: 1_700_000_000, lastUsed: null, expires: null, parent: null, note: null },
  }
  const whole: TokenInfo = {
    ...{ ...bare, tokenName: 'laptop', service: 'tap', scopes: ['exec:test', 'read:all'] },
    ...{ lastUsed: 1_700_000_001, expires: 1_700_000_002, parent: KEY },
  }

  it('has its fields in the reference’s order', () => {
    expect(JSON.stringify(tokenInfoToAnswer(whole))).toBe(
      `{"username":"alice","token_type":"session","service":"tap","scopes":["exec:test","read:all"],"created":1700000000,"expires":1700000002,"token":"${KEY}","token_name":"laptop","last_used":1700000001,"parent":"${KEY}"}`,
    )
  })

  it('leaves out what is null', () => {
    expect(JSON.stringify(tokenInfoToAnswer(bare))).toBe(
      `{"username":"alice","token_type":"session","scopes":[],"created":1700000000,"token":"${KEY}"}`,
    )
  })

  it('is what its schema says', () => {
    for (const info of [bare, whole]) {
      const answer = tokenInfoToAnswer(info)
      expect(tokenInfoAnswer.parse(answer)).toEqual(answer)
    }
  })
})

describe('the answer about a change', () => {
  const creation: ChangeHistoryEntry = {
    ...{ id: 1, token: KEY, username: 'alice', tokenType: 'user', tokenName: null, parent: null, scopes: [] },
    ...{
      service: null,
      expires: null,
      actor: 'alice',
      action: 'create',
      oldTokenName: null,
      oldScopes: null,
    },
    ...{ oldExpires: null, ipAddress: null, eventTime: 1_700_000_000, cause: null, ancestor: null },
  }
  const answered = (changes: Partial<ChangeHistoryEntry>) =>
    changeHistoryToAnswer({ ...creation, ...changes })

  // spec/rest-api.md §3.2
  it('always has these fields, some of which may be null', () => {
    expect(JSON.stringify(answered({}))).toBe(
      `{"token":"${KEY}","username":"alice","token_type":"user","scopes":[],"expires":null,"actor":"alice","action":"create","ip_address":null,"event_time":1700000000}`,
    )
  })

  it('is the specification’s example, in its order', () => {
    const entry = answered({
      ...{ tokenName: 'new name', scopes: ['exec:admin'], expires: 1_924_992_000, actor: 'admin' },
      ...{ action: 'edit', oldScopes: ['exec:test', 'read:all'], ipAddress: '127.0.0.1' },
    })
    expect(JSON.stringify(entry)).toBe(
      `{"token":"${KEY}","username":"alice","token_type":"user","token_name":"new name","scopes":["exec:admin"],"expires":1924992000,"actor":"admin","action":"edit","old_scopes":["exec:test","read:all"],"old_expires":null,"ip_address":"127.0.0.1","event_time":1700000000}`,
    )
  })

  it('tells old values of edits alone', () => {
    const old = { oldTokenName: 'old', oldScopes: [], oldExpires: 1_700_000_001 } as const
    expect(answered({ ...old, action: 'revoke' })).not.toHaveProperty('old_token_name')
    expect(answered({ ...old, action: 'edit' })).toMatchObject({
      ...{ old_token_name: 'old', old_scopes: [], old_expires: 1_700_000_001 },
    })
  })

  it('tells an old end if there is one, or a new one', () => {
    expect(answered({ action: 'edit' })).not.toHaveProperty('old_expires')
    expect(answered({ action: 'edit', expires: 1 })).toMatchObject({ old_expires: null })
    expect(answered({ action: 'edit', oldExpires: 1 })).toMatchObject({ expires: null, old_expires: 1 })
  })

  it('names parent and service, and what is only Porthor’s, where they are', () => {
    expect(answered({ parent: KEY, service: 'tap', cause: 'cascade', ancestor: KEY })).toMatchObject({
      ...{ parent: KEY, service: 'tap', cause: 'cascade', ancestor: KEY },
    })
  })

  it('is what its schema says', () => {
    for (const changes of [{}, { action: 'edit', oldScopes: [], parent: KEY, cause: 'rotate' }] as const) {
      const answer = answered(changes)
      expect(changeHistoryAnswer.parse(answer)).toEqual(answer)
    }
  })
})
