import fc from 'fast-check'
import { expect } from 'vitest'
import type { z } from 'zod'
import { parseDuration } from '../../src/config/duration.ts'
import { isFernetKey } from '../../src/config/fernet-key.ts'
import { parseOwnAddress } from '../../src/config/own-address.ts'
import { parseRedisUrl } from '../../src/config/redis-url.ts'
import { normaliseDatabaseUrl, normaliseHttpUrl } from '../../src/config/urls.ts'
import { ClientAddresses } from '../../src/http/client-address.ts'
import { headerCredential } from '../../src/http/credentials.ts'
import { csvLine } from '../../src/http/csv.ts'
import { meets } from '../../src/http/entity-tag.ts'
import { parseForm } from '../../src/http/form-body.ts'
import { HeaderTokens, SessionTokens } from '../../src/http/gate/credentials.ts'
import { GateHeaderReader } from '../../src/http/gate/headers.ts'
import { originalByForwarding, originalByNginx } from '../../src/http/gate/original.ts'
import { GateParameterReader } from '../../src/http/gate/parameters.ts'
import { reflectedCookies, withoutTokens } from '../../src/http/gate/reflection.ts'
import { loggable } from '../../src/http/gate/visit.ts'
import { parseJsonBody, UnsupportedMediaTypeError } from '../../src/http/json-body.ts'
import { prefers, wantsPage } from '../../src/http/media-types.ts'
import { redact, redactUrl } from '../../src/http/redact.ts'
import { requestIdOf } from '../../src/http/request-id.ts'
import { headerSafe, requestUrl } from '../../src/http/request-url.ts'
import { allHistoryQuery } from '../../src/http/schemas.ts'
import { findSessionCookie, readSession, writeSession } from '../../src/http/session-cookie.ts'
import {
  allTokensQuery,
  formatTokenCursor,
  formatTreeCursor,
  treeQuery,
} from '../../src/http/token-queries.ts'
import { ValidationError, validate } from '../../src/http/validation.ts'
import { InvalidCursorError, PorthorError } from '../../src/models/errors.ts'
import {
  isAddress,
  isAddressOrNetwork,
  isGroupName,
  noteField,
  timeField,
  tokenNameField,
} from '../../src/models/fields.ts'
import { formatHistoryCursor, parseHistoryCursor } from '../../src/models/history-cursor.ts'
import { decodeQuotaOverrides, encodeQuotaOverrides, quotaOverridesRequest } from '../../src/models/quota.ts'
import { adminTokenRequest, userTokenModifyRequest, userTokenRequest } from '../../src/models/requests.ts'
import { InvalidReturnUrlError, parseReturnUrl } from '../../src/models/return-url.ts'
import { Token } from '../../src/models/token.ts'
import { decodeTokenData } from '../../src/models/token-data.ts'
import { isUsername } from '../../src/models/usernames.ts'
import { escapeDnValue, isNamedBy } from '../../src/storage/ldap/distinguished-names.ts'
import { readPosixId, readWholeNumber } from '../../src/storage/ldap/ldap-values.ts'
import { Fernet, FernetError } from '../../src/storage/token-data/fernet.ts'
import { SESSION_SECRET } from '../support/porthor.ts'

/** Something that reads texts from outside. */
export interface Parser {
  readonly name: string
  /** Texts that it takes, for a beginning. */
  readonly valid: fc.Arbitrary<string>
  /**
   * Reads one, and checks what must hold of what was read: that it reads as it is written, above all.
   *
   * @throws What `isRefusal` knows, for a text that it does not take.
   */
  readonly read: (text: string) => void
  /** Whether this is how it refuses a text. None: it never throws. */
  readonly isRefusal?: (error: unknown) => boolean
  /** What leads deep into it, to be followed by much of the same. */
  readonly heads?: readonly string[]
}

export const fernet = new Fernet([SESSION_SECRET])

const part = fc.stringMatching(/^[A-Za-z0-9_-]{22}$/)
export const tokenText = fc.tuple(part, part).map(([key, secret]) => `gt-${key}.${secret}`)
export const authorizationText = fc
  .tuple(tokenText, fc.constantFrom('Bearer', 'bearer', 'Basic', 'Digest', ''), fc.boolean())
  .map(([text, scheme, first]) => {
    const both = first ? `${text}:x-oauth-basic` : `x-oauth-basic:${text}`
    return `${scheme} ${scheme === 'Basic' ? Buffer.from(both).toString('base64') : text}`
  })
export const cookieText = tokenText.map((text) => {
  const header = writeSession({ token: Token.parse(text) }, fernet, { domain: null, isSecure: true })
  return header.split(';')[0] ?? ''
})
export const historyCursorText = fc
  .record({ eventTime: fc.nat(), id: fc.nat(2 ** 31 - 1), backward: fc.boolean() })
  .map(formatHistoryCursor)
export const WHOLE_TOKEN_DATA = JSON.stringify({
  username: 'alice',
  token_type: 'user',
  scopes: ['read:all'],
  created: 1_700_000_000,
  expires: 1_800_000_000,
  token: { key: 'A'.repeat(22), secret: 'B'.repeat(22) },
})

const isPorthorError = (error: unknown) => error instanceof PorthorError
const isInvalid = (error: unknown) => error instanceof ValidationError
/** A refusal, rather than something that nobody has thought of. */
export function isPlainError(error: unknown): boolean {
  return error instanceof Error && !(error instanceof TypeError) && !(error instanceof RangeError)
}

const addresses = new ClientAddresses(['10.0.0.0/8', '2001:db8::/32'])
const addressText = fc.oneof(fc.ipV4(), fc.ipV6())
const gateHeaders = new GateHeaderReader('x-api-key')
const returnRules = { baseUrl: 'https://example.com/', allowSubdomains: true }
const headerName = fc.constantFrom(
  'x-original-url',
  'x-forwarded-uri',
  'x-forwarded-host',
  'x-forwarded-proto',
)

/** Checks a query or a body by its schema. */
function valid<T>(schema: z.ZodType<T>, value: unknown, location: 'query' | 'body' = 'query'): T {
  return validate([{ location, schema, value }])[0] as T
}

/** Bodies of requests, by the schema of each. */
const bodies: readonly [name: string, schema: z.ZodType, example: object][] = [
  ['a new token', userTokenRequest, { token_name: 'laptop', scopes: ['read:all'], expires: 1_900_000_000 }],
  ['a changed token', userTokenModifyRequest, { token_name: 'desktop', note: 'about it', expires: null }],
  [
    'a token for anybody',
    adminTokenRequest,
    {
      ...{
        username: 'alice',
        token_type: 'user',
        token_name: 'x',
        scopes: [],
        name: 'Alice',
        email: 'a@b.c',
      },
      ...{ uid: 1000, gid: 1000, groups: [{ name: 'users', id: 1000 }] },
    },
  ],
]

/** All but the token, Fernet, cookie, history cursor and `Authorization` come with what must hold of them here. */
export const parsers: readonly Parser[] = [
  {
    name: 'tokens',
    valid: tokenText,
    heads: ['gt-', `gt-${'A'.repeat(22)}.`],
    read: (text) => expect(Token.parse(text).toString()).toBe(text),
    isRefusal: isPorthorError,
  },
  {
    name: 'Authorization',
    valid: authorizationText,
    heads: ['Bearer ', 'Basic ', 'x '],
    read: (text) => void headerCredential([text]),
    isRefusal: isPorthorError,
  },
  {
    name: 'Authorization at the gate: a token that counts never reaches the service',
    valid: authorizationText,
    heads: ['Bearer ', 'Basic ', ' Basic '],
    read(text) {
      if (new HeaderTokens().read([text], [])) expect(withoutTokens([text])).toEqual([])
    },
    isRefusal: isPorthorError,
  },
  {
    name: 'a header for tokens',
    valid: authorizationText,
    heads: ['Bearer '],
    read(text) {
      if (new HeaderTokens().read([], [text])) expect(withoutTokens([text])).toEqual([])
    },
    isRefusal: isPorthorError,
  },
  {
    name: 'Fernet',
    valid: fc.string({ maxLength: 100 }).map((text) => fernet.encrypt(text)),
    heads: ['gAAAAA'],
    read: (text) => void fernet.decrypt(text),
    isRefusal: (error) => error instanceof FernetError,
  },
  { name: 'Fernet keys', valid: fc.constant(SESSION_SECRET), read: (text) => void isFernetKey(text) },
  {
    name: 'session cookies: what counts never reaches the service',
    valid: cookieText,
    heads: ['gafaelfawr=', 'gafaelfawr="'],
    read(text) {
      const { token } = readSession(text, fernet, () => {})
      expect(`${new SessionTokens(fernet).read([text], () => {})}`).toBe(`${token ?? null}`)
      expect(findSessionCookie(reflectedCookies([text]).join('; '))).toBeNull()
    },
  },
  {
    name: 'cursors of a history',
    valid: historyCursorText,
    heads: ['p', '1_'],
    read: (text) => {
      const cursor = parseHistoryCursor(text)
      expect(parseHistoryCursor(formatHistoryCursor(cursor))).toEqual(cursor)
    },
    isRefusal: (error) => error instanceof InvalidCursorError,
  },
  {
    name: 'cursors of lists of tokens',
    valid: fc
      .tuple(fc.oneof(fc.nat(2 ** 31), fc.constant(null)), part)
      .map(([value, token]) => formatTokenCursor({ value, token })),
    heads: ['n', 'never_', '1_'],
    read(text) {
      const { cursor } = valid(allTokensQuery, { cursor: text })
      if (cursor) {
        const again = valid(allTokensQuery, { cursor: formatTokenCursor(cursor) })
        expect(again.cursor).toEqual(cursor)
      }
    },
    isRefusal: isInvalid,
  },
  {
    name: 'cursors of trees',
    valid: fc.tuple(fc.nat(100), part).map(([depth, key]) => formatTreeCursor({ depth, key })),
    read(text) {
      const { cursor } = valid(treeQuery, { cursor: text })
      if (cursor) expect(valid(treeQuery, { cursor: formatTreeCursor(cursor) }).cursor).toEqual(cursor)
    },
    isRefusal: isInvalid,
  },
  {
    name: 'X-Forwarded-For',
    valid: fc.array(addressText, { minLength: 1, maxLength: 4 }).map((all) => all.join(', ')),
    heads: ['', '192.0.2.1, ', '2001:db8:', '[2001:db8:', '::ffff:'],
    read(text) {
      const { address } = addresses.resolve({
        ...{ peer: '10.1.1.1', forwardedFor: [text], forwardedProto: [text] },
      })
      expect(address !== null && isAddress(address)).toBe(true)
      expect(addresses.resolve({ peer: address ?? '', forwardedFor: [], forwardedProto: [] }).address).toBe(
        address,
      )
    },
  },
  {
    name: 'X-Forwarded-* and X-Original-*',
    valid: fc.tuple(headerName, fc.webUrl()).map(([name, url]) => `${name}: ${url}`),
    read(text) {
      const [name = '', value = ''] = [text.slice(0, text.indexOf(': ')), text.slice(text.indexOf(': ') + 2)]
      const others = [
        'x-original-method',
        'GET',
        'x-forwarded-method',
        'GET',
        'x-forwarded-host',
        'example.com',
      ]
      const headers = gateHeaders.read([...others, name, value, name.toUpperCase(), value])
      const [nginx, forwarded] = [originalByNginx, originalByForwarding].map((read) => {
        try {
          return read(headers)
        } catch (error) {
          if (isInvalid(error)) return null
          throw error
        }
      })
      // The same header twice says what it says once.
      if (nginx) expect(nginx.url).toBe(value)
      if (forwarded) expect(forwarded.url).toContain('://')
      expect(loggable(value).length).toBeGreaterThanOrEqual(0)
    },
  },
  {
    name: 'parameters of the gate',
    valid: fc
      .tuple(fc.constantFrom('scope=read:all', 'notebook=true', 'delegate_to=tap'), fc.nat(10_000))
      .map(([first, seconds]) => `${first}&minimum_lifetime=${seconds}&auth_type=basic`),
    heads: ['minimum_lifetime=', 'scope=', 'minimum_lifetime=1e', 'scope=read:all&'],
    read(text) {
      const read = new GateParameterReader().read(text)
      if (!read.valid) expect(isInvalid(read.error) || isPorthorError(read.error)).toBe(true)
      else expect(Number.isFinite(read.parameters.minimumLifetimeSeconds ?? 0)).toBe(true)
    },
  },
  {
    name: 'Host',
    valid: fc.domain(),
    heads: ['[', '1.'],
    read(text) {
      const { origin } = requestUrl('/', { scheme: 'https', host: text, baseUrl: 'https://example.com/' })
      expect(origin).toMatch(/^https:\/\/[A-Za-z0-9.:[\]-]+$/)
    },
  },
  {
    name: 'Accept',
    valid: fc.constantFrom('text/csv;q=0.5, application/json', 'text/html', '*/*;q=0.1'),
    heads: ['text/csv;', 'text/'],
    read(text) {
      expect(typeof prefers(text, 'text/csv', 'application/json')).toBe('boolean')
      if (prefers(text, 'text/csv', 'application/json'))
        expect(prefers(text, 'application/json', 'text/csv')).toBe(false)
      wantsPage(text)
    },
  },
  {
    name: 'If-Match',
    valid: fc.array(fc.constantFrom('"a"', 'W/"a"', '*'), { minLength: 1 }).map((tags) => tags.join(', ')),
    heads: ['"', 'W/'],
    read(text) {
      const matches = meets({ 'if-match': text }, '"a"')
      expect(meets({ 'if-none-match': text }, '"a"')).toBe(!matches)
      if (matches) expect(text.includes('"a"') || text.trim() === '*').toBe(true)
      expect(meets({ 'if-match': text }, null)).toBe(false)
    },
  },
  {
    name: 'bodies of JSON',
    valid: fc.json(),
    heads: ['[', '{"a":', '"', '1'],
    read(text) {
      const value = parseJsonBody(Buffer.from(text), 'application/json')
      // Well-formed again, whatever was in it.
      if (value !== undefined) expect(() => JSON.parse(JSON.stringify(value))).not.toThrow()
    },
    isRefusal: isInvalid,
  },
  {
    name: 'media types of bodies',
    valid: fc.constantFrom('application/json; charset=utf-8', 'application/merge-patch+json', 'text/html'),
    heads: ['application/'],
    read: (text) => void parseJsonBody(Buffer.from('{}'), text),
    isRefusal: (error) => error instanceof UnsupportedMediaTypeError,
  },
  {
    name: 'forms',
    valid: fc.webQueryParameters(),
    heads: ['a=', '%'],
    read: (text) => void parseForm(Buffer.from(text), 'application/x-www-form-urlencoded'),
    isRefusal: isPorthorError,
  },
  ...bodies.map(
    ([name, schema, example]): Parser => ({
      name: `the body of ${name}`,
      valid: fc
        .tuple(fc.constantFrom(...Object.keys(example)), fc.oneof(fc.json(), fc.string().map(quoted)))
        .map(([field, value]) => JSON.stringify({ ...example, [field]: JSON.parse(value) })),
      heads: Object.keys(example).flatMap((field) => [`{"${field}":"`, `{"${field}":["`]),
      read: (text) => void valid(schema, parseJsonBody(Buffer.from(text), undefined), 'body'),
      isRefusal: isInvalid,
    }),
  ),
  {
    name: 'quota overrides: stored as they were given',
    valid: fc
      .record({ group: fc.string(), service: fc.string(), count: fc.nat(), cpu: fc.double({ noNaN: true }) })
      .map(({ group, service, count, cpu }) =>
        JSON.stringify({
          default: { api: { [service]: count }, notebook: { cpu, memory: 1, spawn: true } },
          groups: { [group]: { tap: { [service]: { concurrent: count } } } },
          bypass: [group],
        }),
      ),
    heads: ['{"default":{"api":{"', '{"groups":{"', '{"bypass":["'],
    read(text) {
      const overrides = valid(quotaOverridesRequest, parseJsonBody(Buffer.from(text), undefined), 'body')
      expect(decodeQuotaOverrides(encodeQuotaOverrides(overrides))).toEqual(overrides)
    },
    isRefusal: isInvalid,
  },
  {
    name: 'stored quota overrides',
    valid: fc.constant('{"default":{"api":{"a":1},"notebook":null,"tap":{}},"groups":{},"bypass":["a"]}'),
    read(text) {
      const overrides = decodeQuotaOverrides(text)
      expect(decodeQuotaOverrides(encodeQuotaOverrides(overrides))).toEqual(overrides)
    },
    isRefusal: isPlainError,
  },
  {
    name: 'stored token data',
    valid: fc.constant(WHOLE_TOKEN_DATA),
    heads: ['{"username":"', '{"created":'],
    read: (text) => expect(decodeTokenData(text).token).toBeInstanceOf(Token),
    isRefusal: isPlainError,
  },
  {
    name: 'addresses and networks',
    valid: fc.oneof(
      addressText,
      fc.tuple(fc.ipV4(), fc.nat(32)).map(([address, bits]) => `${address}/${bits}`),
      fc.tuple(fc.ipV6(), fc.nat(128)).map(([address, bits]) => `${address}/${bits}`),
    ),
    heads: ['1.', '::', '2001:db8::/', '1.2.3.4/'],
    read(text) {
      const isNetwork = isAddressOrNetwork(text)
      if (isAddress(text)) expect(isNetwork).toBe(true)
      // What is taken for a network is one for those who look whether an address is in it.
      if (isNetwork && text.includes('/')) expect(() => new ClientAddresses([text])).not.toThrow()
    },
  },
  {
    name: 'times',
    valid: fc.oneof(
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.nat().map(String),
    ),
    heads: ['1', '-', '1.', '.', '1e', '2024-01-01T00:00:00.'],
    read(text) {
      const seconds = valid(timeField, text)
      expect(Number.isSafeInteger(seconds)).toBe(true)
      if (Math.abs(seconds) <= 2e10) expect(valid(timeField, seconds)).toBe(seconds)
    },
    isRefusal: isInvalid,
  },
  {
    name: 'queries of histories',
    valid: fc.constantFrom('limit=5&since=1&until=2024-01-01', 'actor=<internal>&action=edit', 'subtree=x'),
    heads: ['limit=', 'since=', 'until=', 'actor=', 'username=', 'key=', 'cursor=', 'ip_address='],
    read: (text) => void valid(allHistoryQuery, Object.fromEntries(new URLSearchParams(text))),
    isRefusal: isInvalid,
  },
  {
    name: 'durations',
    valid: fc.tuple(fc.nat(99), fc.nat(99)).map(([days, seconds]) => `${days}d ${seconds} secs`),
    heads: ['1', '1d', '1w 1d 1h 1m', '1.'],
    read(text) {
      const seconds = parseDuration(text)
      if (seconds !== null) expect(parseDuration(seconds)).toBe(seconds)
    },
  },
  {
    name: 'addresses of Redis',
    valid: fc.constantFrom(
      'redis://user:p%40ss@redis.example.com:6379/0',
      'rediss+sentinel://:secret@a:1,b,[::1]:3/name/2',
    ),
    heads: ['redis://', 'redis://a:', 'redis+sentinel://a,', 'redis://a/'],
    read(text) {
      const address = parseRedisUrl(text)
      const servers = address?.kind === 'sentinel' ? address.sentinels : address ? [address] : []
      for (const { host, port } of servers) {
        expect(host).not.toBe('')
        expect(port >= 1 && port <= 65_535).toBe(true)
      }
    },
  },
  {
    name: 'addresses of databases',
    valid: fc.constant('postgresql+asyncpg://user:p%40ss@db.example.com:5432/porthor?sslmode=require'),
    heads: ['postgresql://', 'postgresql://a:', 'postgresql://a/', 'postgresql://a?'],
    read(text) {
      const url = normaliseDatabaseUrl(text)
      if (url !== null) expect(normaliseDatabaseUrl(url)).toBe(url)
    },
  },
  {
    name: 'URLs of the web',
    valid: fc.webUrl(),
    heads: ['https://', 'https://a/', 'https://a?'],
    read(text) {
      const url = normaliseHttpUrl(text)
      if (url !== null) expect(normaliseHttpUrl(url)).toBe(url)
    },
  },
  {
    name: 'where to listen',
    valid: fc.constantFrom('127.0.0.1:80', '[::1]:8080', 'unix:/run/porthor.sock', 'localhost:0'),
    heads: ['[', 'unix:/', 'a.'],
    read: (text) => void parseOwnAddress(text),
  },
  {
    name: 'return URLs: of no other site',
    valid: fc.webPath().map((path) => `https://a.example.com${path}`),
    heads: ['https://', 'https://example.com/', 'https://example.com@', 'https://a.'],
    read(text) {
      const url = new URL(parseReturnUrl(text, returnRules))
      expect(url.protocol).toBe('https:')
      expect(`.${url.host}`.endsWith('.example.com')).toBe(true)
      expect(parseReturnUrl(url.href, returnRules)).toBe(url.href)
    },
    isRefusal: (error) => error instanceof InvalidReturnUrlError,
  },
  {
    name: 'distinguished names',
    valid: fc.constantFrom('alice', ' a,b+c=d "e" <f>; ', '#x', 'a\\b\0'),
    heads: ['#', ' '],
    read(text) {
      const escaped = escapeDnValue(text)
      expect(unescapedDnValue(escaped)).toBe(text)
      expect(isNamedBy(`uid=${escaped},ou=people`, 'uid', text)).toBe(true)
      expect(isNamedBy(`uid=${escaped}x,ou=people`, 'uid', text)).toBe(false)
    },
  },
  {
    name: 'numbers of LDAP',
    valid: fc.integer().map(String),
    heads: ['-', '1'],
    read(text) {
      const number = readWholeNumber(text)
      if (number !== null) expect(readWholeNumber(String(number))).toBe(number)
      const id = readPosixId(text)
      if (id !== null) expect(id).toBe(number)
    },
  },
  {
    name: 'CSV: read by others as it was written, and never as a formula',
    valid: fc.constantFrom('=1+1', 'a,"b"', 'x\r\ny', '＠SUM'),
    read(text) {
      const fields = readCsvLine(csvLine([text, null, 'x']))
      expect(fields.map((field) => field.replace(/^'/, ''))).toEqual([text.replace(/^'/, ''), '', 'x'])
      expect(fields[0] ?? '').not.toMatch(/^[=+\-@\t\r\n]/)
    },
  },
  {
    name: 'texts for the log: without the secret that stands in them',
    valid: fc.tuple(tokenText, fc.string()).map(([token, text]) => `${text} ${token} ${text}`),
    heads: ['gt-', 'gAAAA', 'bearer ', 'http://', 'http://a:', '/login/link/', '/x?a=', '/x?key='],
    read(text) {
      const redacted = redact(text)
      expect(redact(redacted)).toBe(redacted)
      expect(redacted).not.toMatch(/gt-[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{22}/)
      const [path = '', query = ''] = text.split('?', 2)
      expect(redactUrl(path, query)).not.toMatch(/gt-[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{22}/)
    },
  },
  {
    name: 'X-Request-Id',
    valid: fc.uuid(),
    heads: ['a'],
    read(text) {
      expect(requestIdOf([text], { viaProxy: true })).toMatch(/^[A-Za-z0-9][A-Za-z0-9._:-]{7,127}$/)
      expect(requestIdOf([text], { viaProxy: false })).not.toBe(text)
    },
  },
  {
    name: 'texts for headers',
    valid: fc.webUrl(),
    read: (text) => expect(headerSafe(text)).toMatch(/^[\x21-\x7e]*$/),
  },
  {
    name: 'names',
    valid: fc.constantFrom('alice', 'bot-ci', 'g_users', 'a-b-c'),
    heads: ['a', 'a-', '1'],
    read(text) {
      isUsername(text)
      isGroupName(text)
      tokenNameField.safeParse(text)
      noteField.safeParse(text)
    },
  },
]

function quoted(text: string): string {
  return JSON.stringify(text)
}

/** As RFC 4514 §3 has it read. */
function unescapedDnValue(text: string): string {
  return text.replace(/\\(?:([0-9A-Fa-f]{2})|(.))/gsu, (_, hex: string | undefined, character: string) =>
    hex === undefined ? character : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

/** As RFC 4180 §2 has it read. */
function readCsvLine(line: string): string[] {
  expect(line.endsWith('\r\n')).toBe(true)
  const fields: string[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n$)/gy
  while (field.lastIndex < line.length) {
    const match = field.exec(line)
    if (!match) throw new Error(`No CSV: ${JSON.stringify(line)}`)
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
  }
  return fields
}

/** Something valid with a few characters changed, added or cut, or anything at all. */
export function nearly(valid: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const mutated = fc
    .tuple(
      valid,
      fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 4 }),
    )
    .map(([text, edits]) =>
      edits.reduce((edited, [at, length, put]) => {
        const place = at % (edited.length + 1)
        return edited.slice(0, place) + put + edited.slice(place + length)
      }, text),
    )
  return fc.oneof({ weight: 3, arbitrary: mutated }, fc.string({ unit: 'binary' }), fc.string())
}

/** What it gives, or null where it throws as it may. */
export function attempt<T>(parse: () => T, allowed: (error: unknown) => boolean): T | null {
  try {
    return parse()
  } catch (error) {
    if (!allowed(error)) throw error
    return null
  }
}
