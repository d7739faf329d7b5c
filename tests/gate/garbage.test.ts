import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { gateQuery } from '../../src/models/gate-parameters.ts'
import type { Token } from '../../src/models/token.ts'
import { porthorBackends } from '../support/porthor.ts'
import { bearer, cookie, type GateReply, type GateServer, startGate } from './gate-server.ts'

let gate: GateServer
let alice: Token

beforeAll(async () => {
  const quota = { api: { svc: 3 }, notebook: null, tap: {} }
  gate = await startGate(porthorBackends[0], {
    config: { quota: { default: quota, groups: {}, bypass: [] }, proxies: ['127.0.0.0/8'] },
  })
  alice = await gate.newToken('alice')
})
afterAll(() => gate.close())

const names = fc.constantFrom(...Object.keys(gateQuery.shape), 'foo', '__proto__', 'constructor')
const values = fc.oneof(
  fc.constantFrom('true', 'false', '', 'x', 'svc', 'alice', 'read:all', 'any', 'all', 'basic', 'bearer'),
  fc.constantFrom('600', '1e999', 'NaN', '-0', '300.0000001', '99999999999999999999', '0x12c', 'Infinity'),
  fc.constantFrom(
    '%00',
    '%',
    '%zz',
    '%ff',
    '%0d%0aX-Evil:%201',
    '%ED%A0%80',
    '+',
    '%F0%9F%A7%99',
    'x'.repeat(200),
  ),
  fc.string({ unit: 'grapheme', maxLength: 5 }).map((text) => encodeURIComponent(text.toWellFormed())),
)
const query = fc
  .array(fc.tuple(names, values), { maxLength: 6 })
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&'))

/** What Node.js lets a client send. */
const text = fc
  .array(fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f))
  .map((codes) => String.fromCharCode(...codes))
const headerValues = fc.oneof(
  text,
  fc.constantFrom(
    '',
    'OPTIONS',
    'GET',
    'null',
    'https://example.com',
    'https://[',
    'XMLHttpRequest',
    '1.2.3.4',
  ),
  fc.constantFrom(
    'Bearer TOKEN',
    'Basic dXNlcg==',
    'Basic //79',
    'TOKEN',
    'gafaelfawr=x',
    'gafaelfawr="',
    ';;;=',
  ),
  fc.constantFrom('999.1.2.3, x', '::1%eth0', 'a'.repeat(4_000)),
)
const headerNames = fc.constantFrom(
  ...['authorization', 'cookie', 'x-original-url', 'x-original-method', 'x-requested-with', 'origin'],
  ...['access-control-request-method', 'x-forwarded-for', 'x-forwarded-proto', 'user-agent'],
)
/** More than 16 KiB are refused by Node.js itself, with 431. */
const MAXIMUM_HEADERS_LENGTH = 12_000
const headers = fc
  .dictionary(headerNames, fc.oneof(headerValues, fc.array(headerValues, { maxLength: 3 })), {
    maxKeys: 5,
    noNullPrototype: true,
  })
  .filter((sent) => JSON.stringify(sent).length <= MAXIMUM_HEADERS_LENGTH)

function expectShape(reply: GateReply): void {
  expect([200, 401, 403]).toContain(reply.status)
  expect(reply.get('x-evil')).toBeUndefined()
  expect(reply.get('content-type')).toBe('application/json')
  expect(reply.get('content-length')).toBe(String(reply.text.length))
  if (reply.status === 200) expect(JSON.parse(reply.text)).toEqual({ status: 'ok' })
  else expect(reply.type).toMatch(/^[a-z_]+$/)
  const body = reply.get('x-error-body')
  if (body !== undefined) expect(JSON.parse(body).detail[0].type).toBe(reply.type)
}

it('no request makes the gate fail', async () => {
  await fc.assert(
    fc.asyncProperty(query, headers, fc.boolean(), fc.boolean(), async (query, sent, good, session) => {
      const real = JSON.parse(JSON.stringify(sent).replaceAll('TOKEN', `${alice}`))
      const credentials = session ? cookie(alice) : bearer(alice)
      expectShape(await gate.ask(`?${query}`, { ...(good && credentials), ...real }))
    }),
    { numRuns: 700 },
  )
  expect(gate.lines.filter(({ level }) => level === 'error')).toEqual([])
})

it('no request makes the anonymous gate fail', async () => {
  await fc.assert(
    fc.asyncProperty(headers, async (sent) => {
      expect((await gate.ask('/ingress/anonymous', sent)).status).toBe(200)
    }),
    { numRuns: 100 },
  )
})
