import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  computeQuota,
  decodeQuotaOverrides,
  effectiveQuota,
  encodeQuotaOverrides,
  limitedServices,
  type Quota,
  type QuotaConfig,
  quotaOverridesRequest,
  quotaOverridesToAnswer,
} from './quota.ts'

const quota = (parts: Partial<Quota> = {}): Quota => ({ api: {}, notebook: null, tap: {}, ...parts })
const config = (parts: Partial<QuotaConfig> = {}): QuotaConfig => ({
  default: quota(),
  groups: {},
  bypass: [],
  ...parts,
})

const base = config({
  default: quota({
    api: { limited: 2, roomy: 1000 },
    notebook: { cpu: 4, memory: 8.5, spawn: true },
    tap: { qserv: { concurrent: 5 } },
  }),
  groups: {
    more: quota({
      api: { limited: 3, extra: 7 },
      notebook: { cpu: 2, memory: 1.5, spawn: true },
      tap: { qserv: { concurrent: 1 }, sso: { concurrent: 4 } },
    }),
    'no-spawn': quota({ notebook: { cpu: 0, memory: 0, spawn: false } }),
    barred: quota({ api: { barred: 0 } }),
  },
  bypass: ['free'],
})

describe('the quota of one configuration', () => {
  it('is the default for members of no group, or of groups of which it says nothing', () => {
    expect(computeQuota(base, [])).toEqual(base.default)
    expect(computeQuota(base, ['other', 'constructor', '__proto__'])).toEqual(base.default)
  })

  it('is the sum over the groups, in which one that forbids notebooks wins', () => {
    expect(computeQuota(base, ['more', 'no-spawn', 'barred'])).toEqual({
      api: { limited: 5, roomy: 1000, extra: 7, barred: 0 },
      notebook: { cpu: 6, memory: 10, spawn: false },
      tap: { qserv: { concurrent: 6 }, sso: { concurrent: 4 } },
    })
  })

  it('does not depend on the order of the groups', () => {
    const groups = fc.shuffledSubarray(['more', 'no-spawn', 'barred', 'other'])
    fc.assert(
      fc.property(groups, (names) => {
        expect(computeQuota(base, names)).toEqual(computeQuota(base, [...names].sort()))
      }),
    )
  })

  it('is empty, not absent, for who bypasses it', () => {
    expect(computeQuota(base, ['more', 'free'])).toEqual(quota())
  })

  it('is absent where nothing is said, and present where only queries are limited', () => {
    expect(computeQuota(config(), ['more'])).toBeNull()
    const tap = { qserv: { concurrent: 1 } }
    expect(computeQuota(config({ default: quota({ tap }) }), [])).toEqual(quota({ tap }))
  })
})

describe('the overrides', () => {
  it('change nothing where there are none, or they say nothing of the user', () => {
    expect(effectiveQuota(base, null, [])).toEqual(base.default)
    expect(effectiveQuota(base, config(), [])).toEqual(base.default)
    expect(effectiveQuota(base, config({ groups: { more: quota({ api: { x: 1 } }) } }), [])).toEqual(
      base.default,
    )
    expect(effectiveQuota(null, null, [])).toBeNull()
  })

  it('hold alone where the configuration says nothing', () => {
    const over = quota({ api: { x: 1 } })
    expect(effectiveQuota(null, config({ default: over }), [])).toEqual(over)
  })

  it('replace entry by entry what their own sum says', () => {
    const over = config({
      default: quota({ api: { limited: 10 }, tap: { sso: { concurrent: 2 } } }),
      groups: { more: quota({ api: { limited: 5, new: 1 }, notebook: { cpu: 1, memory: 1, spawn: true } }) },
    })
    expect(effectiveQuota(base, over, ['more'])).toEqual({
      api: { limited: 15, roomy: 1000, extra: 7, new: 1 },
      notebook: { cpu: 1, memory: 1, spawn: true },
      tap: { qserv: { concurrent: 6 }, sso: { concurrent: 2 } },
    })
  })

  it('free who bypasses them of the configuration too, but hold for who bypasses only that', () => {
    const over = config({ default: quota({ api: { limited: 50 } }), bypass: ['no-spawn'] })
    expect(effectiveQuota(base, over, ['no-spawn'])).toEqual(quota())
    expect(effectiveQuota(base, over, ['free'])).toEqual(quota({ api: { limited: 50 } }))
  })
})

it('the services that are limited for anybody are those of the default and of all groups, of all configurations', () => {
  const over = config({ groups: { x: quota({ api: { y: 1 } }) } })
  expect([...limitedServices([base, null, over])].sort()).toEqual([
    'barred',
    'extra',
    'limited',
    'roomy',
    'y',
  ])
})

describe('a request', () => {
  // The one name that is refused.
  const names = (form: RegExp) => fc.stringMatching(form).filter((name) => name !== '__proto__')
  const anyQuota = fc.record({
    api: fc.dictionary(names(/^[\w /ü]*$/), fc.nat(), { noNullPrototype: true }),
    notebook: fc.option(
      fc.record({ cpu: fc.double({ min: 0, max: 100, noNaN: true }), memory: fc.nat(), spawn: fc.boolean() }),
    ),
    tap: fc.dictionary(names(/^\w*$/), fc.record({ concurrent: fc.nat() }), {
      noNullPrototype: true,
    }),
  })
  const anyConfig = fc.record({
    default: anyQuota,
    groups: fc.dictionary(names(/^[\w!-]*$/), anyQuota, { noNullPrototype: true }),
    bypass: fc.uniqueArray(fc.stringMatching(/^\w+$/)).map((names) => names.sort()),
  })

  it('is stored and answered as it was made', () => {
    fc.assert(
      fc.property(anyConfig, (made) => {
        const plain: unknown = JSON.parse(JSON.stringify(made))
        const read = quotaOverridesRequest.parse(plain)
        expect(read).toEqual(plain)
        expect(decodeQuotaOverrides(encodeQuotaOverrides(read))).toEqual(plain)
        expect(quotaOverridesRequest.parse(quotaOverridesToAnswer(read))).toEqual(plain)
      }),
    )
  })

  it('may leave out all that it has nothing to say about', () => {
    expect(quotaOverridesRequest.parse({})).toEqual(config())
    expect(
      quotaOverridesRequest.parse({ default: { notebook: { cpu: 1, memory: 2 } }, groups: { g: {} } }),
    ).toEqual(
      config({ default: quota({ notebook: { cpu: 1, memory: 2, spawn: true } }), groups: { g: quota() } }),
    )
  })

  it.each([
    [{ default: { api: { svc: -1 } } }, 'greater_than_equal'],
    [{ default: { api: { svc: 2 ** 53 } } }, 'less_than_equal'],
    [{ default: { api: { 'a\u0000': 1 } } }, undefined],
    [{ default: { api: JSON.parse('{"__proto__": 1}') } }, 'value_error'],
    [JSON.parse('{"groups": {"__proto__": {}}}'), 'value_error'],
    [{ default: { notebook: { cpu: -1, memory: 0 } } }, 'greater_than_equal'],
    [{ default: { notebook: { cpu: Number.POSITIVE_INFINITY, memory: 0 } } }, 'finite_number'],
    [{ default: { notebook: { cpu: 0, memory: null } } }, 'float_type'],
    [{ default: { notebook: { cpu: 0, memory: 0, spawn: 1 } } }, 'bool_type'],
    [{ bypass: ['a', 1] }, 'string_type'],
  ])('%j is refused', (body, type) => {
    const outcome = quotaOverridesRequest.safeParse(body)
    expect(outcome.success).toBe(false)
    if (type) expect(outcome.error?.issues).toMatchObject([{ params: { type } }])
  })
})

describe('the stored document', () => {
  it('has every field, nulls included, as the reference writes it', () => {
    expect(encodeQuotaOverrides(config({ default: quota({ tap: { qserv: { concurrent: 1 } } }) }))).toBe(
      '{"default":{"api":{},"notebook":null,"tap":{"qserv":{"concurrent":1}}},"groups":{},"bypass":[]}',
    )
  })

  it('may have fields of versions to come, and numbers below 0, by which nothing is allowed', () => {
    const stored =
      '{"default":{"api":{"a":-5},"disk":{},"notebook":null},"groups":{"g":{"tap":{"t":{"concurrent":1,"x":0}}}},"y":1}'
    expect(decodeQuotaOverrides(stored)).toEqual(
      config({
        default: quota({ api: { a: 0 } }),
        groups: { g: quota({ tap: { t: { concurrent: 1 } } }) },
      }),
    )
  })

  it.each(['', 'null', '[]', '{"default":1}', '{"default":{"api":{"a":"1"}}}'])('%j is none', (text) => {
    expect(() => decodeQuotaOverrides(text)).toThrow()
  })
})
