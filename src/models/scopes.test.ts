import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  intersectScopes,
  isSubset,
  joinScopes,
  SCOPE_PATTERN,
  type Scopes,
  sameScopes,
  scopeSet,
  splitScopes,
} from './scopes.ts'

const names = fc.array(fc.stringMatching(/^[a-zA-Z0-9:._-]{1,10}$/), { maxLength: 8 })
const scopes: fc.Arbitrary<Scopes> = names.map(scopeSet)

describe('a set of scopes', () => {
  it('is sorted by code point, without duplicates', () => {
    expect(scopeSet(['read:all', 'Z', 'a', '_', '-', 'read:all', 'exec:test'])).toEqual([
      ...['-', 'Z', '_', 'a', 'exec:test', 'read:all'],
    ])
  })

  it('comes back from the text of a column', () => {
    fc.assert(
      fc.property(names, (given) => {
        expect(splitScopes(joinScopes(given))).toEqual(scopeSet(given))
      }),
    )
  })

  it('has one text, whatever the order in which it was given', () => {
    fc.assert(
      fc.property(names, (given) => {
        expect(joinScopes(given.toReversed())).toBe(joinScopes(given))
      }),
    )
  })

  it('that is empty is the empty text', () => {
    expect(joinScopes([])).toBe('')
    expect(splitScopes('')).toEqual([])
  })

  it('is compared and intersected as sets are', () => {
    fc.assert(
      fc.property(scopes, scopes, (one, other) => {
        const both = new Set(one).intersection(new Set(other))
        expect(intersectScopes(one, other)).toEqual([...both].sort())
        expect(isSubset(one, other)).toBe(new Set(one).isSubsetOf(new Set(other)))
        expect(sameScopes(one, other)).toBe(isSubset(one, other) && isSubset(other, one))
      }),
    )
    expect(isSubset([], [])).toBe(true)
    expect(isSubset(['a'], [])).toBe(false)
  })
})

describe('the name of a scope', () => {
  it.each(['user:token', 'a', 'A-b_c.d:9'])('may be %s', (name) => {
    expect(SCOPE_PATTERN.test(name)).toBe(true)
  })

  it.each(['', 'a b', 'a,b', 'é', 'a\n', 'a/b'])('cannot be %j', (name) => {
    expect(SCOPE_PATTERN.test(name)).toBe(false)
  })
})
