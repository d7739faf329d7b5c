import { expect, it } from 'vitest'
import type { TokenDetails } from '../../web/src/api/types.ts'
import { arrange, type Group } from '../../web/src/tokens/rows.ts'

function token(key: string, children = 0): TokenDetails {
  const known = { username: 'alice', token_type: 'user' as const, scopes: [], created: 0 }
  return { ...known, token: key, live: true, children }
}

function group(fields: Partial<Group>): Group {
  const nothing = { retry() {}, more: null, error: null, isFetching: false }
  return { type: 'user', total: 0, tokens: [], ...nothing, ...fields }
}

const nothingOpened = { closed: new Set<string>(), open: new Set<string>(), children: new Map() }

const told = (groups: readonly Group[], opened: Partial<typeof nothingOpened> = {}) =>
  arrange(groups, { ...nothingOpened, ...opened }).map(({ level, kind, id }) => `${level} ${kind} ${id}`)

it('groups without tokens are left out; those on their way have places for some', () => {
  expect(told([group({}), group({ type: 'session', total: undefined })])).toEqual([
    '1 group session',
    '2 waiting session/waiting0',
    '2 waiting session/waiting1',
    '2 waiting session/waiting2',
  ])
})

it('a group that is closed shows its head alone', () => {
  const tokens = group({ total: 1, tokens: [token('a')] })
  expect(told([tokens], { closed: new Set(['user']) })).toEqual(['1 group user'])
})

it('what goes on says how much is left, and what failed says so after what is there', () => {
  const more = () => {}
  const known = { total: 3, tokens: [token('a')] }
  expect(told([group({ ...known, more })])).toEqual(['1 group user', '2 token user/a', '2 more user/more'])
  expect(arrange([group({ ...known, more })], nothingOpened).at(-1)).toMatchObject({ remaining: 2 })
  const failed = group({ ...known, error: new Error('away') })
  expect(told([failed])).toEqual(['1 group user', '2 token user/a', '2 failed user/failed'])
})

it('below a token that is open are its children, theirs below them, and what is not listed', () => {
  const groups = [group({ total: 2, tokens: [token('a', 2), token('z')] })]
  const open = new Set(['user/a', 'user/a/b'])
  const found = { error: null, retry() {} }
  const children = new Map([
    ['a', { ...found, tokens: [token('b', 1)], total: 2 }],
    ['b', { ...found, tokens: undefined, total: undefined }],
  ])
  expect(told(groups, { open, children })).toEqual([
    '1 group user',
    '2 token user/a',
    '3 token user/a/b',
    '4 waiting user/a/b/waiting0',
    '3 rest user/a/rest',
    '2 token user/z',
  ])
})

it('a token may stand in its group and below its parent, open in one of these places', () => {
  const groups = [
    group({ total: 1, tokens: [token('a', 1)] }),
    group({ type: 'notebook', total: 1, tokens: [token('b', 1)] }),
  ]
  const found = { error: null, retry() {} }
  const children = new Map([
    ['a', { ...found, tokens: [token('b', 1)], total: 1 }],
    ['b', { ...found, tokens: [token('c')], total: 1 }],
  ])
  const rows = told(groups, { open: new Set(['user/a', 'notebook/b']), children })
  expect(rows).toEqual([
    '1 group user',
    '2 token user/a',
    '3 token user/a/b',
    '1 group notebook',
    '2 token notebook/b',
    '3 token notebook/b/c',
  ])
})
