import { expect, it } from 'vitest'
import type { TokenInfo } from '../../web/src/api/types.ts'
import { changesOf, differences, UNTOUCHED, valuesOf, withScopes } from '../../web/src/token/edit-draft.ts'

const NOW = 1_800_000_000
const known = { token: 'a', username: 'alice', token_type: 'user' as const, created: 0 }
const laptop: TokenInfo = {
  ...known,
  token_name: 'laptop',
  note: 'blue bag',
  scopes: ['read:all', 'read:some'],
}

it('what was not touched is as the token has it, also when that changes', () => {
  const draft = { ...UNTOUCHED, note: 'red bag' }
  const later = { ...laptop, token_name: 'desk', note: 'green bag', scopes: ['read:some'] }
  expect(valuesOf(draft, later)).toEqual({ name: 'desk', note: 'red bag', scopes: ['read:some'] })
  expect(changesOf(draft, later, NOW)).toEqual({ note: 'red bag' })
})

it('a scope that was taken away stays so, and does not bring back one that somebody else took away', () => {
  const draft = withScopes(UNTOUCHED, laptop, ['read:some'])
  expect(changesOf(draft, laptop, NOW)).toEqual({ scopes: ['read:some'] })
  const later = { ...laptop, scopes: ['read:all', 'exec:test'] }
  expect(changesOf(draft, later, NOW)).toEqual({ scopes: ['exec:test'] })
})

it('a scope that was given and taken back is not touched', () => {
  const given = withScopes(UNTOUCHED, laptop, ['read:all', 'read:some', 'exec:test'])
  expect(valuesOf(given, laptop).scopes).toEqual(['read:all', 'read:some', 'exec:test'])
  expect(withScopes(given, laptop, ['read:all', 'read:some'])).toEqual(UNTOUCHED)
})

it('blanks around texts are no change; a note that is emptied is taken away', () => {
  expect(changesOf({ ...UNTOUCHED, name: ' laptop ', note: 'blue bag ' }, laptop, NOW)).toEqual({})
  expect(changesOf({ ...UNTOUCHED, note: ' ' }, laptop, NOW)).toEqual({ note: null })
})

it('an end is changed only where one was chosen', () => {
  const inOneDay = { ...UNTOUCHED, end: { choice: '86400', date: '' } }
  expect(changesOf(inOneDay, laptop, NOW)).toEqual({ expires: NOW + 86_400 })
  expect(changesOf({ ...UNTOUCHED, end: { choice: 'never', date: '' } }, laptop, NOW)).toEqual({
    expires: null,
  })
})

it('what became of a token is told field by field', () => {
  expect(differences(laptop, laptop)).toEqual([])
  const { note: _note, ...rest } = laptop
  const later = { ...rest, token_name: 'desk', scopes: ['read:all', 'exec:test'], expires: NOW }
  expect(differences(laptop, later)).toEqual([
    'The name is now: desk',
    'There is no note any more.',
    'It lost read:some.',
    'It gained exec:test.',
    expect.stringMatching(/^It ends now on .*2027/),
  ])
  expect(differences(later, laptop)).toContain('It never ends now.')
})
