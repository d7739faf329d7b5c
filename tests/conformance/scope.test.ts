import { describe, expect, it } from 'vitest'
import { movedClock } from './clock.ts'
import { departures } from './differences.ts'
import { readRecordings } from './recordings.ts'
import { replayFile } from './replay.ts'
import { describeProblem, isProblem } from './report.ts'
import { allFeatures, type Feature, namedNeeds, withFeatures } from './scope.ts'
import type { Send } from './sending.ts'
import { grouped, StandIn } from './stand-in.ts'

const recordings = readRecordings()
const recordingOf = (name: string) => {
  const recording = recordings.find((one) => one.name === name)
  if (!recording) throw new Error(`no file ${name}`)
  return recording
}
const combinations: Feature[][] = [
  ['api'],
  ['api', 'gate'],
  ['api', 'login'],
  ['api', 'quotas'],
  ['api', 'gate', 'login'],
  ['api', 'gate', 'quotas'],
  ['api', 'login', 'quotas'],
]

/** The exchanges that are replayed, by name. */
function replayed(name: string, ...features: Feature[]): string[] {
  const { exchanges } = withFeatures(recordingOf(name), new Set(features))
  return exchanges.filter(({ leftOut }) => leftOut === undefined).map((exchange) => exchange.name)
}

it('leaves nothing out and changes nothing where every part is there', () => {
  expect(recordings.map((recording) => withFeatures(recording, allFeatures))).toEqual(recordings)
})

describe.each(combinations.map((features) => ({ features })))('with $features alone', ({ features }) => {
  const scoped = recordings.map((recording) => withFeatures(recording, new Set(features)))
  const kept = scoped.flatMap(({ exchanges }) => exchanges.filter(({ leftOut }) => leftOut === undefined))

  it('sends no request to a part that is not there', () => {
    const paths = kept.map(({ request }) => request.path)
    const isOff: Record<Feature, RegExp> = {
      api: /^$/,
      gate: /^\/ingress\//,
      login: /^\/log(in|out)\b/,
      quotas: /\/quota-overrides/,
    }
    const off = [...allFeatures].filter((feature) => !features.includes(feature))
    expect(paths.filter((path) => off.some((feature) => isOff[feature].test(path)))).toEqual([])
  })

  it('lacks no value that a later exchange needs', async () => {
    const problems: string[] = []
    for (const recording of scoped) {
      const clock = movedClock(
        () => {},
        () => 1_700_000_000,
      )
      const remaining = recording.exchanges.filter(({ leftOut }) => leftOut === undefined)
      const standIn = new StandIn({ ...recording, exchanges: remaining }, clock)
      const send: Send = async (request) => {
        const { status, headers, body } = standIn.answer(request)
        return { status, headers: grouped(headers), text: body }
      }
      const results = await replayFile(recording, send, { clock })
      problems.push(...results.filter(isProblem).map((result) => describeProblem(recording, result)))
    }
    expect(problems).toEqual([])
  })

  it('leaves something out, and most in', () => {
    expect(kept.length).toBeLessThan(1482)
    expect(kept.length).toBeGreaterThan(800)
  })
})

describe('without the gate', () => {
  it('what names a token of its making is left out, and what needs that in turn', () => {
    const names = replayed('tokens-delete', 'api')
    expect(names).toContain('the parent')
    expect(names).toContain('the parent is dead')
    expect(names).not.toContain('the child is dead')
    expect(names).not.toContain('history of the parent and its children')
    const history = replayed('history', 'api')
    expect(history).not.toContain("event: alice revokes the service's")
    expect(history).not.toContain('own: everything')
    // Its time is captured in the one above.
    expect(history).not.toContain('own: since: inclusive')
    expect(history).not.toContain('own: pages: second')
  })

  it('lists that count entries of such tokens are left out, though they show none', () => {
    const names = replayed('history', 'api')
    expect(names).not.toContain('own: pages: of one')
    expect(names).not.toContain('own: pages: a cursor of long ago')
    expect(names).toContain('own: pages: no entries')
    expect(names).toContain('own: pages: filters are kept')
    expect(names).toContain('own: pages: filters are kept on the next')
    expect(names).toContain('all: newest of all')
  })

  it('says why', () => {
    const { exchanges } = withFeatures(recordingOf('history'), new Set<Feature>(['api']))
    const reasonOf = (name: string) => exchanges.find((exchange) => exchange.name === name)?.leftOut
    expect(reasonOf('event: the gate delegates one to a notebook')).toBe(
      'needs a part that is left out: gate',
    )
    expect(reasonOf('own: everything')).toBe(
      'needs {{token.notebook}} of “event: the gate delegates one to a notebook”, which is left out',
    )
    expect(reasonOf('own: pages: of one')).toMatch(/^counts what “event: the gate delegates one to a service/)
  })
})

describe('without quotas', () => {
  it('user information is compared without them', () => {
    const { exchanges } = withFeatures(recordingOf('info'), new Set<Feature>(['api', 'gate', 'login']))
    const infos = exchanges.filter(({ request }) => request.path === '/auth/api/v1/user-info')
    expect(infos.every(({ response }) => !JSON.stringify(response.body).includes('"quota"'))).toBe(true)
    expect(infos.filter(({ leftOut }) => leftOut !== undefined)).toEqual([])
  })

  it('what the gate limits is left out, what it refuses for other reasons is not', () => {
    const names = replayed('rate-limits', 'api', 'gate', 'login')
    expect(names).not.toContain('first of two')
    expect(names).not.toContain('third of two')
    expect(names).not.toContain('barred')
    expect(names).toContain('no count: scope missing')
    expect(names).toContain('beyond the limit, the API')
  })
})

describe('what is listed by name', () => {
  const namesOf = (file: string) => recordingOf(file).exchanges.map(({ name }) => name)

  it('is an exchange there is', () => {
    for (const { file, exchanges } of namedNeeds)
      expect(namesOf(file)).toEqual(expect.arrayContaining([...exchanges]))
    for (const { file, exchange } of departures) expect(namesOf(file)).toContain(exchange)
  })

  it('has a reason, and is listed once', () => {
    for (const { reason } of [...namedNeeds, ...departures]) expect(reason).not.toBe('')
    const listed = departures.map(({ file, exchange }) => `${file}: ${exchange}`)
    expect(new Set(listed).size).toBe(listed.length)
  })
})
