import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ZodType } from 'zod'
import {
  actorField,
  groupField,
  isAddressOrNetwork,
  keyField,
  posixIdField,
  scopesField,
  timeField,
  tokenNameField,
  usernameField,
} from './fields.ts'

/** What a field makes of a value: the value read, or the names of the rules that it breaks. */
function read(field: ZodType, value: unknown): unknown {
  const result = field.safeParse(value)
  if (result.success) return result.data
  return result.error.issues.map((issue) =>
    issue.code === 'custom'
      ? issue.params?.type
      : issue.code === 'invalid_type'
        ? 'invalid_type'
        : issue.code,
  )
}

describe('a time', () => {
  // spec/tokens.md §4.1
  it.each<[unknown, number]>([
    [1_700_000_000, 1_700_000_000],
    [1_700_000_000.9, 1_700_000_000],
    ['1700000000', 1_700_000_000],
    ['1700000000.9', 1_700_000_000],
    [0, 0],
    [-1, -1],
    [2e10, 20_000_000_000],
    ['2023-11-14T22:13:20Z', 1_700_000_000],
    ['2023-11-14T22:13:20z', 1_700_000_000],
    ['2023-11-14T22:13:20.999Z', 1_700_000_000],
    ['2023-11-15T00:13:20+02:00', 1_700_000_000],
    ['2023-11-15T00:13:20+0200', 1_700_000_000],
    ['2023-11-15T00:13:20+02', 1_700_000_000],
    ['2023-11-14T16:43:20-05:30', 1_700_000_000],
    ['2023-11-14T22:13:20', 1_700_000_000],
    ['2023-11-14 22:13:20', 1_700_000_000],
    ['2023-11-14T22:13Z', 1_699_999_980],
    ['2023-11-14', 1_699_920_000],
    ['2024-02-29', 1_709_164_800],
    ['9999-12-31T23:59:59Z', 253_402_300_799],
  ])('%j is read as %d', (value, seconds) => {
    expect(read(timeField, value)).toBe(seconds)
  })

  it.each<[unknown, string]>([
    [2e10 + 1, 'datetime_parsing'],
    [1_700_000_000_000, 'datetime_parsing'],
    ['1700000000000', 'datetime_parsing'],
    [-2e10 - 1, 'datetime_parsing'],
    ['1e999', 'datetime_parsing'],
    ['10000-01-01', 'datetime_from_date_parsing'],
    ['9999-12-31T23:59:59-01:00', 'datetime_from_date_parsing'],
    ['', 'datetime_from_date_parsing'],
    ['tomorrow', 'datetime_from_date_parsing'],
    ['2023-02-29', 'datetime_from_date_parsing'],
    ['2023-13-01', 'datetime_from_date_parsing'],
    ['2023-11-14T24:00:00Z', 'datetime_from_date_parsing'],
    ['2023-11-14T22:60:00Z', 'datetime_from_date_parsing'],
    ['2023-11-14T22:13:20+24:00', 'datetime_from_date_parsing'],
    ['2023-11-14T22:13:20Z\n', 'datetime_from_date_parsing'],
    ['1_700_000_000', 'datetime_from_date_parsing'],
    ['0x10', 'datetime_from_date_parsing'],
    [null, 'datetime_type'],
    [true, 'datetime_type'],
    [[1_700_000_000], 'datetime_type'],
    [{}, 'datetime_type'],
  ])('%j is refused as %s', (value, type) => {
    expect(read(timeField, value)).toEqual([type])
  })

  it('is read from what any clock writes', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(read(timeField, date.toISOString())).toBe(Math.floor(date.getTime() / 1000))
        },
      ),
    )
  })

  it('is read or refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const outcome = read(timeField, value)
        expect(Number.isInteger(outcome) || (Array.isArray(outcome) && outcome.length === 1)).toBe(true)
      }),
    )
  })
})

describe('a token name', () => {
  it.each(['x', 'my laptop', ' x ', 'ü', '日本', '👍'.repeat(64), 'a'.repeat(64)])('may be %j', (name) => {
    expect(read(tokenNameField, name)).toBe(name)
  })

  it.each([
    ['', 'string_too_short'],
    ['a'.repeat(65), 'string_too_long'],
    ['👍'.repeat(65), 'string_too_long'],
    ['  ', 'string_pattern_mismatch'],
    ['a\u0000', 'string_pattern_mismatch'],
    ['a\nb', 'string_pattern_mismatch'],
    ['a\u0085', 'string_pattern_mismatch'],
    ['a\ud800', 'string_unicode'],
  ])('cannot be %j: %s', (name, type) => {
    expect(read(tokenNameField, name)).toEqual([type])
  })

  it('is a string', () => {
    for (const value of [null, 1, ['x'], undefined])
      expect(read(tokenNameField, value)).toEqual(['invalid_type'])
  })
})

describe('a name of a user, an actor or a key', () => {
  it.each<[ZodType, string, string]>([
    [usernameField, '', 'string_too_short'],
    [usernameField, 'a'.repeat(65), 'string_too_long'],
    [usernameField, 'a1', 'string_pattern_mismatch'],
    [actorField, '<Internal>', 'string_pattern_mismatch'],
    [keyField, 'x'.repeat(21), 'string_too_short'],
    [keyField, 'x'.repeat(23), 'string_too_long'],
    [keyField, `${'x'.repeat(21)}*`, 'string_pattern_mismatch'],
  ])('is refused by the rule that it breaks (%#)', (field, value, type) => {
    expect(read(field, value)).toEqual([type])
  })

  it('is refused in words that people read', () => {
    for (const [field, value] of [
      [usernameField, 'Alice'],
      [actorField, 'Alice'],
      [keyField, '*'.repeat(22)],
    ] as const) {
      expect(field.safeParse(value).error?.issues[0]?.message).toMatch(/^Must (be|have) [a-z]/)
    }
  })

  it('is accepted where it keeps them', () => {
    expect(read(usernameField, 'alice')).toBe('alice')
    expect(read(actorField, '<bootstrap>')).toBe('<bootstrap>')
    expect(read(keyField, 'x'.repeat(22))).toBe('x'.repeat(22))
  })
})

describe('wished scopes', () => {
  it('become a sorted set', () => {
    expect(read(scopesField, ['b', 'a', 'b'])).toEqual(['a', 'b'])
    expect(read(scopesField, [])).toEqual([])
  })

  it.each([
    ['a,b'],
    [['a,b']],
    [[1]],
    [[['a']]],
    [null],
    [{ a: 1 }],
    [['a\u0000']],
    [['a\ud800']],
    [['x'.repeat(65)]],
  ])('cannot be %j', (value) => {
    expect(read(scopesField, value)).toEqual([expect.any(String)])
  })
})

describe('POSIX identities', () => {
  it.each([1, 1000, 2 ** 32 - 2])('may have the number %d', (id) => {
    expect(read(posixIdField, id)).toBe(id)
  })

  it.each<[unknown, string]>([
    [0, 'greater_than_equal'],
    [-1, 'greater_than_equal'],
    [2 ** 32 - 1, 'less_than_equal'],
    [1.5, 'int_from_float'],
    ['1', 'int_parsing'],
    [true, 'int_type'],
    [null, 'int_type'],
  ])('cannot have the number %j: %s', (id, type) => {
    expect(read(posixIdField, id)).toEqual([type])
  })

  it.each(['g', 'g_users', 'g1', '1g', 'a.b-c_d', 'lsst-ops'])('of a group may have the name %s', (name) => {
    expect(read(groupField, { name, id: 1 })).toEqual({ name, id: 1 })
  })

  it.each(['', '1', '_a', '-a', 'a b', 'a/b', 'é', 'a\n'])('of a group cannot have the name %j', (name) => {
    expect(read(groupField, { name, id: 1 })).toEqual([expect.stringMatching(/^string_/)])
  })
})

describe('an address or network', () => {
  it.each([
    ...['192.0.2.1', '0.0.0.0', '255.255.255.255', '::1', '::', '2001:DB8::1', '::ffff:192.0.2.1'],
    ...['192.0.2.0/24', '192.0.2.1/32', '0.0.0.0/0', '2001:db8::/32', '::1/128', '::/0'],
  ])('may be %s', (text) => {
    expect(isAddressOrNetwork(text)).toBe(true)
  })

  it.each([
    ...[
      '',
      '/',
      '192.0.2',
      '192.0.2.1.1',
      '192.0.2.256',
      '0300.0.2.1',
      '0x7f.0.0.1',
      '2130706433',
      '1',
      'localhost',
    ],
    ...[
      '192.0.2.1/24',
      '192.0.2.0/33',
      '192.0.2.0/',
      '192.0.2.0/-1',
      '192.0.2.0/24/24',
      '192.0.2.0/255.255.255.0',
    ],
    ...[
      '2001:db8::1/32',
      '::/129',
      '::/000',
      '10.0.0.0/08',
      ':::',
      'fe80::1%eth0',
      ' 192.0.2.1',
      '192.0.2.1\n',
    ],
  ])('cannot be %j', (text) => {
    expect(isAddressOrNetwork(text)).toBe(false)
  })
})
