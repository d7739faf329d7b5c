import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { Fernet } from '../../src/storage/token-data/fernet.ts'
import { movedClock } from './clock.ts'
import type { Departure } from './differences.ts'
import { ExactNumber, type Json } from './json.ts'
import { type Answer, judge } from './judge.ts'
import { mutationsOf } from './mutations.ts'
import type { Exchange, Preamble, RecordedRequest, RecordedResponse, Recording } from './recording.ts'
import { readRecordings } from './recordings.ts'
import { type ExchangeResult, replayFile } from './replay.ts'
import { describeProblem, isProblem } from './report.ts'
import { httpSender, type OutgoingRequest, outgoingRequest, type Send, UnreachableError } from './sending.ts'
import { grouped, StandIn, type StandInAnswer, serve } from './stand-in.ts'
import { Values } from './values.ts'

const recordings = readRecordings()
const epoch = 1_700_000_000

/** A clock that goes ahead only where a replay waits. */
function stillClock(advance: (seconds: number) => void = () => {}) {
  return movedClock(advance, () => epoch)
}

const problemsOf = (recording: Recording, results: readonly ExchangeResult[]) =>
  results.filter(isProblem).map((result) => describeProblem(recording, result))

const received = ({ status, headers, body }: StandInAnswer): Answer => ({
  status,
  headers: grouped(headers),
  text: body,
})

/** Replays on a server made for the purpose. */
async function overHttp<T>(
  answer: (request: OutgoingRequest) => StandInAnswer,
  replay: (send: Send) => Promise<T>,
): Promise<T> {
  const server = await serve(answer)
  try {
    return await replay(httpSender(server.url))
  } finally {
    await server.close()
  }
}

describe('the recordings', () => {
  it('are all there', () => {
    const count = recordings.reduce((sum, { exchanges }) => sum + exchanges.length, 0)
    expect([recordings.length, count]).toEqual([17, 1482])
  })

  it.each(recordings)('$name: names each exchange once', ({ exchanges }) => {
    expect(new Set(exchanges.map(({ name }) => name)).size).toBe(exchanges.length)
  })
})

describe('what answers as recorded', () => {
  it.each(recordings)('$name: has no difference, and gets each request as recorded', async (recording) => {
    const clock = stillClock()
    const standIn = new StandIn(recording, clock)
    const results = await overHttp(
      (request) => standIn.answer(request),
      (send) => replayFile(recording, send, { clock }),
    )
    expect(standIn.problems).toEqual([])
    expect(problemsOf(recording, results)).toEqual([])
    expect(results.map(({ outcome }) => outcome)).toEqual(recording.exchanges.map(() => 'same'))
  })

  it.each(recordings)('$name: has no difference even where nothing is forgiven', async (recording) => {
    const clock = stillClock()
    const standIn = new StandIn(recording, clock)
    const send: Send = async (request) => received(standIn.answer(request))
    const results = await replayFile(recording, send, { clock, strict: true })
    expect(problemsOf(recording, results)).toEqual([])
  })
})

describe('a wrong answer is found', () => {
  // So many places of each body; all of them would take a minute.
  const mostPlaces = 8

  it.each(recordings)('$name', async (recording) => {
    const { preamble } = recording
    const clock = stillClock()
    const standIn = new StandIn(recording, clock)
    const values = new Values(preamble, epoch)
    const overlooked: string[] = []
    let tried = 0
    for (const { defect: _, ...exchange } of recording.exchanges) {
      if (exchange.wait) await clock.wait(exchange.wait)
      const right = standIn.answer(outgoingRequest(exchange.request, preamble, values))
      for (const { what, answer } of mutationsOf(recording, exchange, right, mostPlaces)) {
        tried++
        const options = { clock, strict: false }
        const { outcome } = judge(exchange, received(answer), preamble, values.copy(), options)
        if (outcome !== 'different') overlooked.push(`${exchange.name}: ${what}`)
      }
      judge(exchange, received(right), preamble, values, { clock, strict: false })
    }
    expect(overlooked).toEqual([])
    expect(tried).toBeGreaterThan(recording.exchanges.length * 10)
  })
})

const preamble: Preamble = {
  host: 'example.com',
  headers: { Host: 'example.com' },
  session_secret: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
  bootstrap_token: 'gt-bootstrap',
  cookie_name: 'gafaelfawr',
  values: { 'csrf.alice': 'csrf-alice-00000000001' },
  cookies: { alice: { csrf: '{{csrf.alice}}', token: '{{token.alice}}' } },
  basic: { alice: '{{token.alice}}:x' },
}

const keys = { one: 'k'.repeat(22), two: 'l'.repeat(22) }
const tokens = { one: `gt-${keys.one}.${'s'.repeat(22)}`, two: `gt-${keys.two}.${'t'.repeat(22)}` }

interface SingleAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | string[]>>
  /** JSON, unless it is a text that begins with a blank. */
  readonly body?: Json
}

function answerOf({ status = 200, headers = {}, body }: SingleAnswer): Answer {
  const isText = typeof body === 'string' && body.startsWith(' ')
  return {
    status,
    headers: new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value].flat()])),
    text: body === undefined ? '' : isText ? body.slice(1) : JSON.stringify(body),
  }
}

function exchangeOf(response: Partial<RecordedResponse>, more: Partial<Exchange> = {}): Exchange {
  return {
    name: 'one',
    request: { method: 'GET', path: '/' },
    response: { status: 200, ...response },
    ...more,
  }
}

function recordingOf(...exchanges: Exchange[]): Recording {
  return { name: 'made-up', about: '', slow: false, preamble, exchanges }
}

/** The differences of answers, one after the other, from what was recorded of them. */
function differencesOf(
  pairs: readonly (readonly [recorded: Partial<RecordedResponse>, answer: SingleAnswer])[],
  { strict = false } = {},
): string[] {
  const values = new Values(preamble, epoch)
  return pairs.flatMap(([recorded, answer]) => {
    const options = { clock: stillClock(), strict }
    const verdict = judge(exchangeOf(recorded), answerOf(answer), preamble, values, options)
    return verdict.outcome === 'different' ? verdict.differences : []
  })
}

describe('what is forgiven, unless everything counts', () => {
  const finding = { type: 'missing', loc: ['body', 'a'], msg: '{{string}}', input: {} }
  const other = { type: 'int_parsing', loc: ['body', 'b'], msg: '{{string}}', input: 'x' }
  const broken = { type: 'json_invalid', loc: ['body', 7], msg: '{{string}}' }
  const inHeader = (body: Json) => ({ 'X-Error-Body': JSON.stringify(body) })
  const cases: [what: string, recorded: Partial<RecordedResponse>, answer: SingleAnswer][] = [
    ['a header more', {}, { headers: { 'X-Request-Id': '1' } }],
    ['a member more', { body: { a: 1 } }, { body: { a: 1, b: [null] } }],
    [
      'parameters of a media type',
      { headers: { 'Content-Type': 'text/html; a=b' } },
      { headers: { 'Content-Type': 'text/HTML' } },
    ],
    ['more methods', { headers: { Allow: 'GET' } }, { headers: { Allow: 'HEAD, GET' } }],
    [
      'more directives',
      { headers: { 'Cache-Control': 'no-store, no-cache' } },
      { headers: { 'Cache-Control': 'no-cache,private, No-Store' } },
    ],
    [
      'an error description',
      { headers: { 'WWW-Authenticate': 'Bearer realm="a", error="b", error_description="c"' } },
      { headers: { 'WWW-Authenticate': 'Bearer realm="a", error="b", error_description="d"' } },
    ],
    [
      'texts of a finding',
      { body: { detail: [finding] } },
      { body: { detail: [{ ...finding, msg: 'Say a', input: 1, ctx: {}, url: 'x' }] } },
    ],
    [
      'texts of a finding that are missing',
      { body: { detail: [finding] } },
      { body: { detail: [{ type: 'missing', loc: ['body', 'a'] }] } },
    ],
    [
      'texts of an error',
      { body: { detail: { type: 'a', msg: '{{string}}' } } },
      { body: { detail: { type: 'a', msg: 'x', ctx: 1 } } },
    ],
    ['the text of a missing route', { body: { detail: 'Not Found' } }, { body: { detail: 'There is none' } }],
    ['the order of findings', { body: { detail: [finding, other] } }, { body: { detail: [other, finding] } }],
    [
      'a finding listed twice',
      { body: { detail: [finding, finding, other] } },
      { body: { detail: [finding, other] } },
    ],
    [
      'where JSON goes wrong',
      { body: { detail: [broken] } },
      { body: { detail: [{ ...broken, loc: ['body', 9] }] } },
    ],
    ['a list of the one error', { body: { detail: { type: 'a' } } }, { body: { detail: [{ type: 'a' }] } }],
    [
      'the same in a header',
      { headers: inHeader({ detail: { type: 'a', msg: 'b' } }) },
      { headers: inHeader({ detail: [{ type: 'a', msg: 'c' }] }) },
    ],
    [
      'the order of parameters of a redirect, and one more',
      { headers: { Location: 'https://a/?b=1&c={{state.a}}{{any}}' } },
      { headers: { Location: 'https://a/?c=0123456789abcdef%3D&d=&b=1' } },
    ],
  ]

  it.each(cases)('%s', (_what, recorded, answer) => {
    expect(differencesOf([[recorded, answer]])).toEqual([])
    expect(differencesOf([[recorded, answer]], { strict: true })).not.toEqual([])
  })

  it('a cookie removed for one whose state is empty', () => {
    const session = { state: {}, attributes: { path: '/' } }
    const headers = { 'Set-Cookie': 'gafaelfawr=""; path=/; Max-Age=0' }
    expect(differencesOf([[{ session }, { headers }]])).toEqual([])
    expect(differencesOf([[{ session }, { headers }]], { strict: true })).not.toEqual([])
  })
})

describe('what is the same in any case', () => {
  const cases: [what: string, recorded: Partial<RecordedResponse>, answer: SingleAnswer][] = [
    ['the order of members', { body: { a: 1, b: 2 } }, { body: { b: 2, a: 1 } }],
    ['the order of a set', { body: { bypass: ['a', 'b'] } }, { body: { bypass: ['b', 'a'] } }],
    ['8 for 8.0', { body: { a: new ExactNumber('8.0') } }, { body: { a: 8 } }],
    [
      'what the transport adds',
      {},
      { headers: { Date: 'x', Server: 'y', Connection: 'z', 'Content-Length': '0' } },
    ],
    ["another application's cookie", {}, { headers: { 'Set-Cookie': 'other=1; Path=/' } }],
    ['anything at all', { body: '{{any}}' }, { body: ' <html>' }],
  ]

  it.each(cases)('%s', (_what, recorded, answer) => {
    expect(differencesOf([[recorded, answer]])).toEqual([])
  })
})

describe('a placeholder in an answer', () => {
  const inBody = (a: Json) => ({ body: { a } })

  it('is captured where first met, then that very value', () => {
    expect(
      differencesOf([
        [inBody('{{cursor.a}}'), inBody('12_3')],
        [inBody('<{{cursor.a}}>'), inBody('<12_3>')],
      ]),
    ).toEqual([])
    expect(
      differencesOf([
        [inBody('<{{cursor.a}}>'), inBody('<12_3>')],
        [inBody('{{cursor.a}}'), inBody('12_4')],
      ]),
    ).toEqual(['body.a: expected "{{cursor.a}}", got "12_4" (expected 12_3)'])
  })

  it('stands for a new token only if no other one is the same', () => {
    expect(
      differencesOf([[inBody(['{{token.a}}', '{{token.b}}']), inBody([tokens.one, tokens.two])]]),
    ).toEqual([])
    expect(
      differencesOf([[inBody(['{{token.a}}', '{{token.b}}']), inBody([tokens.one, tokens.one])]]),
    ).toEqual([
      `body.a[1]: expected "{{token.b}}", got "${tokens.one}" (the same as token.a, but another one is expected)`,
    ])
    expect(
      differencesOf([
        [inBody('{{token.a}}'), inBody(tokens.one)],
        [inBody('{{token.b}}'), inBody(tokens.one)],
      ]),
    ).toHaveLength(1)
  })

  it('stands for the key of its token, whichever comes first', () => {
    const recorded = { headers: { Location: '/{{key.a}}' }, body: { a: '{{token.a}}' } }
    const answer = (key: string) => ({ headers: { Location: `/${key}` }, body: { a: tokens.one } })
    expect(differencesOf([[recorded, answer(keys.one)]])).toEqual([])
    expect(differencesOf([[recorded, answer(keys.two)]])).toHaveLength(1)
    expect(
      differencesOf([[inBody(['{{token.a}}', '{{key.a}}']), inBody([tokens.one, keys.two])]]),
    ).toHaveLength(1)
  })

  it.each([
    ['{{now+60}}', epoch + 60, [epoch + 61, String(epoch + 60), epoch + 60.5, null]],
    ['{{time}}', epoch + 3, [epoch + 4, epoch - 4, String(epoch), null]],
    ['{{time+60}}', epoch + 57, [epoch + 3, epoch + 64]],
    ['{{int}}', -7, ['7', 7.5, null, true]],
    ['{{string}}', '', [7, null]],
    ['{{host}}', 'example.com', ['example.org', null]],
    ['{{key.a}}', keys.one, ['short', `${keys.one}x`, 7]],
    ['at {{isotime}}', 'at 2023-11-14T22:13:20.5+00:00', ['at 2023-11-14T22:13:25Z', 'at 2023-11-14', 'at ']],
    [
      '{{httpdate+60}}',
      'Tue, 14 Nov 2023 22:14:20 GMT',
      ['Tue, 14 Nov 2023 22:13:20 GMT', '2023-11-14T22:14:20Z'],
    ],
  ] satisfies [string, Json, Json[]][])('%s stands for %j, not for others', (placeholder, right, wrong) => {
    expect(differencesOf([[inBody(placeholder), inBody(right)]])).toEqual([])
    const accepted = wrong.filter(
      (value) => differencesOf([[inBody(placeholder), inBody(value)]]).length === 0,
    )
    expect(accepted).toEqual([])
  })

  it('stands for a time that was captured, with an offset or without', () => {
    const first = [inBody('{{time.a+60}}'), inBody(epoch + 61)] as const
    expect(differencesOf([first, [inBody('{{time.a}}'), inBody(epoch + 1)]])).toEqual([])
    expect(differencesOf([first, [inBody('{{time.a}}'), inBody(epoch + 2)]])).toHaveLength(1)
  })
})

describe('an exchange', () => {
  async function replayOne(exchange: Exchange, answer: SingleAnswer, departures: Departure[] = []) {
    const send: Send = async () => answerOf(answer)
    const [result] = await replayFile(recordingOf(exchange), send, { clock: stillClock(), departures })
    return { outcome: result?.outcome, notes: result?.notes }
  }

  it('passes with an answer that its defect accepts, of which only what is named counts', async () => {
    const exchange = exchangeOf(
      { status: 500, text: 'Internal Server Error' },
      {
        defect: {
          note: '',
          accept: [
            { status: 422 },
            { status: 200, headers: { 'X-A': '1' }, absent: ['X-B'], body: { a: '{{string}}' } },
          ],
        },
      },
    )
    const body = { a: 'x', b: null }
    expect(await replayOne(exchange, { status: 422, headers: { 'X-B': '2' } })).toMatchObject({
      outcome: 'accepted',
    })
    expect(await replayOne(exchange, { headers: { 'X-A': '1' }, body: { a: 'x', b: 1 } })).toMatchObject({
      outcome: 'accepted',
    })
    expect(await replayOne(exchange, { status: 500, body: ' Internal Server Error' })).toMatchObject({
      outcome: 'same',
    })
    for (const wrong of [
      { status: 500, body: ' Some error' },
      { status: 400 },
      { headers: { 'X-A': '2' }, body: { a: 'x' } },
      { headers: { 'X-A': '1', 'X-B': '2' }, body: { a: 'x' } },
      { headers: { 'X-A': '1' }, body: { b: 'x' } },
      { headers: { 'X-A': '1' }, body },
      { headers: { 'X-A': '1' } },
    ]) {
      expect(await replayOne(exchange, wrong)).toMatchObject({ outcome: 'different' })
    }
  })

  it('that is to be answered otherwise on purpose passes with that answer alone', async () => {
    const exchange = exchangeOf({ status: 200 })
    const departure = { file: 'made-up', exchange: 'one', reason: 'why', answer: { status: 404 } }
    expect(await replayOne(exchange, { status: 404 }, [departure])).toMatchObject({ outcome: 'on purpose' })
    expect(await replayOne(exchange, { status: 403 }, [departure])).toMatchObject({ outcome: 'different' })
    expect(await replayOne(exchange, { status: 200 }, [departure])).toMatchObject({
      outcome: 'different',
      notes: ['answered as recorded, though listed among the differences on purpose: take it off that list'],
    })
    expect(await replayOne(exchange, { status: 404 }, [{ ...departure, file: 'another' }])).toMatchObject({
      outcome: 'different',
    })
  })

  it('is not sent where a value is missing, nor where it is left out', async () => {
    const missing = exchangeOf({}, { request: { method: 'GET', path: '/{{key.a}}' } })
    expect(await replayOne(missing, {})).toEqual({
      outcome: 'not sent',
      notes: ['{{key.a}} has no value: no earlier answer gave one'],
    })
    expect(await replayOne(exchangeOf({ status: 404 }, { leftOut: 'why' }), {})).toEqual({
      outcome: 'left out',
      notes: ['why'],
    })
  })

  it('is shown with its name, its request and each difference', async () => {
    const request: RecordedRequest = {
      method: 'POST',
      path: '/{{host}}',
      headers: { Cookie: 'a={{cookie.alice}}', 'X-Times': ['{{now}}', '2'], 'Content-Type': null },
      body: { a: 'b' },
    }
    const recording = recordingOf(exchangeOf({ body: { a: 1 }, headers: { Allow: 'GET' } }, { request }))
    const values = new Values(preamble, epoch)
    values.remember('token', 'alice', tokens.one)
    const exchange = recording.exchanges[0]
    if (!exchange) throw new Error('no exchange')
    const notes = differencesOf([[exchange.response, { status: 201, body: { a: 2 } }]])
    expect(describeProblem(recording, { number: 1, exchange, outcome: 'different', notes, values })).toBe(
      [
        'made-up #1: one',
        '    POST /example.com',
        '    Cookie: a={{cookie.alice}}',
        '    X-Times: 1700000000 | 2',
        '    Content-Type: (not sent)',
        '    {"a":"b"}',
        '  - status: expected 200, got 201 {"a":2}',
        '  - header Allow: missing, expected GET',
        '  - body.a: expected 1, got 2',
      ].join('\n'),
    )
  })
})

describe('time', () => {
  it('is moved where an exchange waits, by whole seconds, also where it is left out', async () => {
    const moves: number[] = []
    const clock = stillClock((seconds) => moves.push(seconds))
    const timed = (recorded: Json) => exchangeOf({ body: recorded }, { wait: 1.2 })
    const recording = recordingOf({ ...timed(1), leftOut: 'why' }, timed('{{time}}'), timed('{{now}}'))
    const answers = [epoch + 7, epoch]
    const send: Send = async () => answerOf({ body: answers.shift() ?? null })
    const results = await replayFile(recording, send, { clock })
    expect(problemsOf(recording, results)).toEqual([])
    expect(moves).toEqual([2, 2, 2])
    expect(clock.now()).toBe(epoch + 6)
  })
})

describe('a request', () => {
  /** Sends one over HTTP; what the server then had before it. */
  async function sent(request: RecordedRequest): Promise<OutgoingRequest> {
    const seen: OutgoingRequest[] = []
    const exchange = { ...exchangeOf({}), request }
    const first = exchangeOf({ body: { token: '{{token.alice}}' } })
    await overHttp(
      (incoming) => {
        seen.push(incoming)
        return { status: 200, headers: [], body: JSON.stringify({ token: tokens.one }) }
      },
      (send) => replayFile(recordingOf(first, exchange), send, { clock: stillClock() }),
    )
    const [, second] = seen
    if (!second) throw new Error('nothing was sent')
    return second
  }

  it('carries the headers named, repeated ones one by one and in Latin-1, and none besides', async () => {
    const { method, path, headers, body } = await sent({
      method: 'GET',
      path: '/a%20b?c=%2F&d={{now-60}}',
      headers: {
        Authorization: ['Bearer {{token.alice}}', 'Basic {{basic.alice}}'],
        Cookie: ['a=1', 'b=2'],
        'X-A': 'zoë',
      },
    })
    expect([method, path, body.length]).toEqual(['GET', `/a%20b?c=%2F&d=${epoch - 60}`, 0])
    expect(headers).toEqual([
      ['Host', 'example.com'],
      ['Authorization', `Bearer ${tokens.one}`],
      ['Authorization', `Basic ${Buffer.from(`${tokens.one}:x`).toString('base64')}`],
      ['Cookie', 'a=1'],
      ['Cookie', 'b=2'],
      ['X-A', 'zoë'],
      ['Connection', 'close'],
    ])
  })

  it('carries JSON with numbers where placeholders stand for numbers, and as they were written', async () => {
    const { headers, body } = await sent({
      method: 'POST',
      path: '/',
      headers: { host: 'example.org' },
      body: {
        a: '{{now+5}}',
        b: '{{now+5}}s',
        c: new ExactNumber('10.0'),
        '{{host}}': ['{{iso}}', '{{isozone+60}}'],
      },
    })
    expect(body.toString()).toBe(
      `{"a":${epoch + 5},"b":"${epoch + 5}s","c":10.0,"example.com":["2023-11-14T22:13:20Z","2023-11-15T00:14:20+02:00"]}`,
    )
    expect(headers).toEqual([
      ['Content-Type', 'application/json'],
      ['Content-Length', String(body.length)],
      ['host', 'example.org'],
      ['Connection', 'close'],
    ])
  })

  it('carries no content type where it is not to, and an empty body where there is none', async () => {
    const { headers } = await sent({ method: 'POST', path: '/', headers: { 'Content-Type': null } })
    expect(headers).toEqual([
      ['Host', 'example.com'],
      ['Content-Length', '0'],
      ['Connection', 'close'],
    ])
    expect(
      (await sent({ method: 'PUT', path: '/', headers: { 'content-type': null }, body: [] })).headers,
    ).toEqual([
      ['Host', 'example.com'],
      ['Content-Length', '2'],
      ['Connection', 'close'],
    ])
  })

  it('carries the very text, or the very bytes', async () => {
    expect((await sent({ method: 'POST', path: '/', text: '{"a": {{now}}, é' })).body.toString()).toBe(
      `{"a": ${epoch}, é`,
    )
    expect((await sent({ method: 'DELETE', path: '/', base64: '/wA=' })).body).toEqual(Buffer.from([255, 0]))
  })

  it('carries a cookie that is made once, of compact JSON in the order given', async () => {
    const { headers } = await sent({
      method: 'GET',
      path: '/',
      headers: { Cookie: '{{cookie.alice}}', 'X-Same': '{{cookie.alice}}' },
    })
    const values = grouped(headers)
    const [cookie = ''] = values.get('cookie') ?? []
    expect(new Fernet([preamble.session_secret]).decrypt(cookie).toString()).toBe(
      `{"csrf":"csrf-alice-00000000001","token":"${tokens.one}"}`,
    )
    expect(values.get('x-same')).toEqual([cookie])
  })

  it('carries the cookie that an answer has set, under the name it was given', async () => {
    const session = { state: { a: '{{csrf.made}}' }, attributes: { path: '/' }, as: 'cookie.made' }
    const again = exchangeOf(
      {},
      { request: { method: 'GET', path: '/', headers: { Cookie: '{{cookie.made}}' } } },
    )
    const cookie = new Fernet([preamble.session_secret]).encrypt('{"a":"csrf-made-000000000001"}')
    const requests: OutgoingRequest[] = []
    const send: Send = async (request) => {
      requests.push(request)
      return answerOf(
        requests.length === 1 ? { headers: { 'Set-Cookie': `gafaelfawr=${cookie}; Path=/` } } : {},
      )
    }
    const recording = recordingOf(exchangeOf({ session }), again)
    const results = await replayFile(recording, send, { clock: stillClock() })
    expect(problemsOf(recording, results)).toEqual([])
    expect(requests[1]?.headers).toContainEqual(['Cookie', cookie])
  })
})

describe('a server', () => {
  it('that breaks off has given no answer, which is a difference', async () => {
    const server = createServer((socket) => socket.destroy())
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const recording = recordingOf(exchangeOf({}))
    const results = await replayFile(recording, httpSender(`http://127.0.0.1:${port}`), {
      clock: stillClock(),
    })
    server.close()
    expect(results.map(({ outcome }) => outcome)).toEqual(['different'])
    expect(results[0]?.notes[0]).toMatch(/^no answer: /)
  })

  it('that is not there ends the replay', async () => {
    const { url, close } = await serve(() => ({ status: 200, headers: [], body: '' }))
    await close()
    const replay = replayFile(recordingOf(exchangeOf({})), httpSender(url), { clock: stillClock() })
    await expect(replay).rejects.toThrow(UnreachableError)
  })

  it('may live below a path', async () => {
    const paths: string[] = []
    const server = await serve(({ path }) => {
      paths.push(path)
      return { status: 200, headers: [], body: '' }
    })
    await replayFile(recordingOf(exchangeOf({})), httpSender(`${server.url}/below/`), { clock: stillClock() })
    await server.close()
    expect(paths).toEqual(['/below/'])
  })
})
