import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { machineClock } from './clock.ts'
import { readRecordings } from './recordings.ts'
import type { OutgoingRequest } from './sending.ts'
import { StandIn, type StandInAnswer, serve } from './stand-in.ts'

const script = fileURLToPath(new URL('../../scripts/conformance.ts', import.meta.url))

interface Run {
  readonly status: number
  readonly output: string
  readonly errors: string
}

function run(...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, ...args], (_error, output, errors) => {
      resolve({ status: child.exitCode ?? -1, output, errors })
    })
  })
}

async function runAgainst(
  answer: (request: OutgoingRequest) => StandInAnswer,
  ...args: string[]
): Promise<Run> {
  const server = await serve(answer)
  try {
    return await run(server.url, ...args)
  } finally {
    await server.close()
  }
}

/** Answers as recorded; only for a file in which the second of its beginning does not matter. */
function standInFor(file: string): (request: OutgoingRequest) => StandInAnswer {
  const recording = readRecordings().find(({ name }) => name === file)
  if (!recording) throw new Error(`no file ${file}`)
  const standIn = new StandIn(recording, machineClock)
  return (request) => standIn.answer(request)
}

const nothing = () => ({ status: 404, headers: [], body: '' })

describe('npm run conformance', () => {
  it('ends well where every answer is as recorded', async () => {
    const { status, output, errors } = await runAgainst(standInFor('service'), 'service')
    expect({ status, errors }).toEqual({ status: 0, errors: '' })
    expect(output).toBe('service: 14 exchanges: 14 the same\n14 exchanges: 14 the same\n')
  })

  it('names each exchange if asked to', async () => {
    const { output } = await runAgainst(standInFor('service'), 'service', '-v')
    expect(output.split('\n').slice(0, 2)).toEqual([
      '✓ service #1: index',
      '✓ service #2: index: needs no credentials and ignores them',
    ])
  })

  it('leaves out what needs a part that the server lacks', async () => {
    const { status, output } = await runAgainst(nothing, 'ingress-headers', '--parts', 'api,login', '-v')
    expect(status).toBe(1)
    expect(output).toContain('ingress-headers: 66 exchanges: 1 different, 65 left out\n')
  })

  it('prints each difference, and fails', async () => {
    const { status, output } = await runAgainst(nothing, 'service.json')
    expect(status).toBe(1)
    expect(output).toContain('✗ service #3: health\n    GET /health\n  - status: expected 200, got 404 \n')
    expect(output).toContain('14 different')
  })

  it('prints the same as JSON', async () => {
    const { status, output } = await runAgainst(nothing, 'service', 'admins', '--json')
    expect(status).toBe(1)
    expect(JSON.parse(output)).toMatchObject({
      counts: { same: 0 },
      files: [
        {
          name: 'service',
          counts: { different: 14 },
          problems: expect.arrayContaining([
            {
              number: 3,
              name: 'health',
              method: 'GET',
              path: '/health',
              outcome: 'different',
              notes: expect.arrayContaining(['status: expected 200, got 404 ']),
              departure: null,
            },
          ]),
        },
        { name: 'admins' },
      ],
    })
  })

  it('says so where the replay could not be done', async () => {
    const { url, close } = await serve(nothing)
    await close()
    expect(await run(url, 'service')).toMatchObject({
      status: 2,
      errors: expect.stringContaining(`no server answers at ${url}`),
    })
    expect(await run(url, 'no-such-file')).toMatchObject({ status: 2 })
    expect(await run(url, '--parts', 'api,gates')).toMatchObject({ status: 2 })
    expect(await run('not-a-url')).toMatchObject({ status: 2 })
    expect(await run()).toMatchObject({ status: 2, errors: expect.stringContaining('url') })
  })

  it('explains itself', async () => {
    const { status, output } = await run('--help')
    expect(status).toBe(0)
    expect(output).toContain('Exit status:')
  })
})
