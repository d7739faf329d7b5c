import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { adminTokenRequest, userTokenModifyRequest, userTokenRequest } from '../models/requests.ts'
import { Token } from '../models/token.ts'
import { allHistoryQuery, rotationRequest, tokenPath } from './schemas.ts'
import { tokenListQuery } from './token-queries.ts'
import { type Finding, type RequestPart, ValidationError, validate } from './validation.ts'

function findingsOf(...parts: RequestPart[]): readonly Finding[] {
  try {
    validate(parts)
    return []
  } catch (error) {
    return (error as ValidationError).findings
  }
}

function rules(schema: z.ZodType, value: unknown, location: RequestPart['location'] = 'body') {
  return findingsOf({ location, schema, value }).map(({ type, loc }) => [type, loc.slice(1).join('.')])
}

const admin = (fields: object) => ({ username: 'alice', token_type: 'user', token_name: 'x', ...fields })

describe('the findings of a body', () => {
  it.each([
    [userTokenRequest, {}, [['missing', 'token_name']]],
    [userTokenRequest, { token_name: null }, [['string_type', 'token_name']]],
    [userTokenRequest, { token_name: 5 }, [['string_type', 'token_name']]],
    [userTokenRequest, { token_name: '' }, [['string_too_short', 'token_name']]],
    [userTokenRequest, { token_name: 'n'.repeat(65) }, [['string_too_long', 'token_name']]],
    [userTokenRequest, { token_name: '🔑'.repeat(64) }, []],
    [userTokenRequest, { token_name: '   ' }, [['string_pattern_mismatch', 'token_name']]],
    [userTokenRequest, { token_name: 'a\0b' }, [['string_pattern_mismatch', 'token_name']]],
    [userTokenRequest, { token_name: '\ud800' }, [['string_unicode', 'token_name']]],
    [userTokenRequest, { token_name: 'x', scopes: null }, [['list_type', 'scopes']]],
    [userTokenRequest, { token_name: 'x', scopes: 'a,b' }, [['list_type', 'scopes']]],
    [
      userTokenRequest,
      { token_name: 'x', scopes: [1, 'a,b'] },
      [
        ['string_type', 'scopes.0'],
        ['string_pattern_mismatch', 'scopes.1'],
      ],
    ],
    [userTokenRequest, { token_name: 'x', scopes: ['s'.repeat(513)] }, [['string_too_long', 'scopes.0']]],
    [userTokenRequest, { token_name: 'x', scopes: Array(257).fill('s') }, [['too_long', 'scopes']]],
    [userTokenRequest, { token_name: 'x', expires: 'tomorrow' }, [['datetime_from_date_parsing', 'expires']]],
    [
      userTokenRequest,
      { token_name: 'x', expires: '2100-02-30' },
      [['datetime_from_date_parsing', 'expires']],
    ],
    [userTokenRequest, { token_name: 'x', expires: true }, [['datetime_type', 'expires']]],
    [userTokenRequest, { token_name: 'x', expires: 1e18 }, [['datetime_parsing', 'expires']]],
    [userTokenRequest, [], [['model_attributes_type', '']]],
    [userTokenRequest, 'x', [['model_attributes_type', '']]],
    [userTokenRequest, null, [['missing', '']]],
    [userTokenRequest, undefined, [['missing', '']]],
    [
      userTokenModifyRequest,
      { token_name: '', expires: [] },
      [
        ['string_too_short', 'token_name'],
        ['datetime_type', 'expires'],
      ],
    ],
    [
      adminTokenRequest,
      {},
      [
        ['missing', 'username'],
        ['missing', 'token_type'],
      ],
    ],
    [adminTokenRequest, admin({ token_type: null }), [['enum', 'token_type']]],
    [adminTokenRequest, admin({ token_type: 'User' }), [['enum', 'token_type']]],
    [adminTokenRequest, admin({ token_type: 'session' }), [['value_error', 'token_type']]],
    [adminTokenRequest, admin({ token_name: undefined }), [['value_error', 'token_name']]],
    [adminTokenRequest, admin({ token_type: 'service' }), [['value_error', 'token_name']]],
    [
      adminTokenRequest,
      admin({ token_type: 'service', token_name: '' }),
      [['string_too_short', 'token_name']],
    ],
    [adminTokenRequest, admin({ uid: 0 }), [['greater_than_equal', 'uid']]],
    [adminTokenRequest, admin({ uid: 2 ** 32 }), [['less_than_equal', 'uid']]],
    [adminTokenRequest, admin({ uid: 10.5 }), [['int_from_float', 'uid']]],
    [adminTokenRequest, admin({ uid: 'root' }), [['int_parsing', 'uid']]],
    [adminTokenRequest, admin({ uid: [1] }), [['int_type', 'uid']]],
    [adminTokenRequest, admin({ groups: {} }), [['list_type', 'groups']]],
    [adminTokenRequest, admin({ groups: ['g'] }), [['model_attributes_type', 'groups.0']]],
    [adminTokenRequest, admin({ groups: [{ name: 'g' }] }), [['missing', 'groups.0.id']]],
    [
      adminTokenRequest,
      admin({ groups: [{ name: '?', id: null }] }),
      [
        ['string_pattern_mismatch', 'groups.0.name'],
        ['int_type', 'groups.0.id'],
      ],
    ],
    [rotationRequest, { overlap: 86_401 }, [['less_than_equal', 'overlap']]],
    [rotationRequest, {}, []],
  ])('are named as the reference names them: %#', (schema, value, expected) => {
    expect(rules(schema, value)).toEqual(expected)
  })

  it('name unknown fields only where they are refused', () => {
    expect(rules(z.strictObject({ a: z.string() }), { a: 'x', b: 1 })).toEqual([['extra_forbidden', 'b']])
    expect(rules(userTokenRequest, { token_name: 'x', b: 1 })).toEqual([])
  })

  it('say what was found, and by which numbers', () => {
    expect(findingsOf({ location: 'body', schema: userTokenRequest, value: { token_name: '' } })).toEqual([
      {
        type: 'string_too_short',
        loc: ['body', 'token_name'],
        msg: 'Must have at least 1 character(s)',
        input: '',
        ctx: { min_length: 1 },
      },
    ])
  })

  it('show the object in which something is missing', () => {
    const [finding] = findingsOf({ location: 'body', schema: userTokenRequest, value: { scopes: [] } })
    expect(finding).toMatchObject({ type: 'missing', input: { scopes: [] } })
  })

  it('are not led astray by names of JavaScript’s own', () => {
    const value = JSON.parse('{"__proto__":{"token_name":"x"},"constructor":1,"toString":2}')
    expect(rules(userTokenRequest, value)).toEqual([['missing', 'token_name']])
    expect(rules(z.object({ toString: z.number() }), {})).toEqual([['missing', 'toString']])
  })
})

describe('the findings of a query and a path', () => {
  it.each([
    [{ cursor: 'x' }, [['string_pattern_mismatch', 'cursor']]],
    [{ cursor: '' }, [['string_pattern_mismatch', 'cursor']]],
    [{ limit: '0' }, [['greater_than_equal', 'limit']]],
    [{ limit: '-1' }, [['greater_than_equal', 'limit']]],
    [{ limit: 'all' }, [['int_parsing', 'limit']]],
    [{ limit: '1.5' }, [['int_parsing', 'limit']]],
    [{ limit: '' }, [['int_parsing', 'limit']]],
    [{ since: '' }, [['datetime_from_date_parsing', 'since']]],
    [{ key: 'abc' }, [['string_too_short', 'key']]],
    [{ token_type: '' }, [['enum', 'token_type']]],
    [{ username: 'Alice' }, [['string_pattern_mismatch', 'username']]],
    [{ actor: '<BOOT>' }, [['string_pattern_mismatch', 'actor']]],
    [{ actor: '<bootstrap>', foo: 'bar' }, []],
  ])('are named as the reference names them: %j', (query, expected) => {
    expect(rules(allHistoryQuery, query, 'query')).toEqual(expected)
  })

  it('come together with those of the body', () => {
    const found = findingsOf(
      { location: 'path', schema: tokenPath, value: { username: 'No', key: 'short' } },
      { location: 'query', schema: allHistoryQuery, value: { limit: '0' } },
      { location: 'body', schema: userTokenRequest, value: null },
    )
    expect(found.map(({ loc }) => loc.join('.'))).toEqual([
      'path.username',
      'path.key',
      'query.limit',
      'body',
    ])
  })

  it('cut a page size that is larger than any page', () => {
    const limit = (text: string) => allHistoryQuery.parse({ limit: text }).limit
    expect(limit('99999999999999999999')).toBe(1000)
    expect(limit('+5')).toBe(5)
    expect(limit(' 7.0 ')).toBe(7)
  })

  it('ask nothing of a list of tokens without a cursor', () => {
    expect(tokenListQuery.parse({ limit: 'nonsense' }).cursor).toBeUndefined()
    expect(tokenListQuery.parse({ cursor: '' })).toEqual({
      ...{ cursor: null, limit: 100 },
      sort: { by: 'created', descending: true },
    })
    expect(rules(tokenListQuery, { cursor: 'x', limit: '0' }, 'query')).toEqual([
      ['string_pattern_mismatch', 'cursor'],
      ['greater_than_equal', 'limit'],
    ])
  })
})

describe('what is shown of the input', () => {
  const schema = z.object({ a: z.literal('nothing') })
  const shown = (value: unknown) => findingsOf({ location: 'body', schema, value: { a: value } })[0]?.input

  it('holds no secret of a token', () => {
    const token = Token.generate()
    const value = { [`${token}`]: [`x${token}x`], deep: { deeper: { deepest: `${token}` } } }
    expect(JSON.stringify(shown(value))).not.toContain(token.secret)
    expect(shown(`${token}`)).toBe(`gt-${token.key}.(secret)`)
  })

  it('is never large', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const text = JSON.stringify(shown(JSON.parse(JSON.stringify(value) ?? 'null')))
        expect(text?.length ?? 0).toBeLessThan(1_000_000)
      }),
    )
    expect(String(shown('x'.repeat(100_000)))).toHaveLength(257)
    expect(shown(Array(1000).fill('x'))).toHaveLength(20)
  })
})

describe('validate', () => {
  it('gives what the schemas make of the parts, in their order', () => {
    const parts: RequestPart[] = [
      { location: 'path', schema: null, value: { x: 1 } },
      { location: 'query', schema: allHistoryQuery, value: { limit: '5' } },
      { location: 'body', schema: userTokenRequest, value: { token_name: 'x', scopes: ['b', 'a', 'b'] } },
    ]
    expect(validate(parts)).toEqual([
      undefined,
      { limit: 5 },
      { tokenName: 'x', scopes: ['a', 'b'], expires: null },
    ])
  })

  it('takes any JSON or throws findings', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          validate([{ location: 'body', schema: adminTokenRequest, value }])
        } catch (error) {
          expect(error).toBeInstanceOf(ValidationError)
        }
      }),
    )
  })
})
