import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serverBackends, type TestServer } from '../support/servers.ts'
import { movedClock, type ReplayClock } from './clock.ts'
import { departures } from './differences.ts'
import { readRecordings, recordedConfigPath } from './recordings.ts'
import { replayFile } from './replay.ts'
import { countOutcomes, describeProblem, isProblem, summarize } from './report.ts'
import { presentFeatures, withFeatures } from './scope.ts'
import { httpSender } from './sending.ts'

const recordings = readRecordings().map((recording) => withFeatures(recording, presentFeatures))

describe.each(serverBackends)('the recorded exchanges, over $name', ({ available, start }) => {
  let server: TestServer | undefined
  let clock: ReplayClock | undefined

  beforeAll(async () => {
    if (available !== true) return
    const started = await start({ configPath: recordedConfigPath })
    server = started
    clock = movedClock((seconds) => started.advanceClock(seconds))
  })

  afterAll(() => server?.close())

  // One server for all files, as their origin allows: each uses users of its own.
  it.for(recordings)('$name', async (recording, { skip }) => {
    if (available !== true) skip(available)
    if (!server || !clock) throw new Error('the server did not start')
    const results = await replayFile(recording, httpSender(server.url), { clock, departures })
    const problems = results.filter(isProblem).map((result) => describeProblem(recording, result))
    if (problems.length > 0) {
      expect.fail([summarize(countOutcomes(results)), ...problems].join('\n\n'))
    }
  })
})
