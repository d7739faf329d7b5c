import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { earlier, endsAfter, intersect, isWithin, type Privilege, samePrivilege } from './privilege.ts'
import { scopeSet } from './scopes.ts'

const privilege: fc.Arbitrary<Privilege> = fc.record({
  scopes: fc.array(fc.constantFrom('a', 'b', 'c', 'd')).map(scopeSet),
  expires: fc.option(fc.integer({ min: 0, max: 5 })),
})

describe('privilege', () => {
  it('of an intersection is within both, and nothing greater is', () => {
    fc.assert(
      fc.property(privilege, privilege, privilege, (one, other, third) => {
        const both = intersect(one, other)
        expect(isWithin(both, one) && isWithin(both, other)).toBe(true)
        if (isWithin(third, one) && isWithin(third, other)) expect(isWithin(third, both)).toBe(true)
      }),
    )
  })

  it('within each other is the same', () => {
    fc.assert(
      fc.property(privilege, privilege, (one, other) => {
        expect(samePrivilege(one, other)).toBe(isWithin(one, other) && isWithin(other, one))
      }),
    )
  })

  it('that never ends outlasts all that ends', () => {
    expect(earlier(null, null)).toBeNull()
    expect([earlier(null, 1), earlier(1, null), earlier(2, 1)]).toEqual([1, 1, 1])
    expect([endsAfter(null, 1), endsAfter(1, null), endsAfter(null, null), endsAfter(1, 1)]).toEqual([
      ...[true, false, false, false],
    ])
  })
})
