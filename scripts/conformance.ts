/** Replays the recorded exchanges against a running server: `npm run conformance -- URL`. */
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { departures } from '../tests/conformance/differences.ts'
import { type Recording, readRecording } from '../tests/conformance/recording.ts'
import { dataFolder, recordedConfigPath, recordedFiles } from '../tests/conformance/recordings.ts'
import { type ExchangeResult, type Outcome, replayFile } from '../tests/conformance/replay.ts'
import { countOutcomes, describeProblem, isProblem, summarize } from '../tests/conformance/report.ts'
import { allFeatures, type Feature, withFeatures } from '../tests/conformance/scope.ts'
import { httpSender } from '../tests/conformance/sending.ts'

interface Options {
  readonly strict?: boolean
  readonly slow?: boolean
  readonly verbose?: boolean
  readonly json?: boolean
  readonly parts?: ReadonlySet<Feature>
}

interface FileResults {
  readonly recording: Recording
  readonly results: readonly ExchangeResult[]
}

const exitCodes = { same: 0, different: 1, failed: 2 }

const help = `
The server is to run with
  ${relative(process.cwd(), recordedConfigPath)}
on empty stores, and can be replayed against only once: afterwards its stores are no longer empty.

Examples:
  npm run conformance -- http://127.0.0.1:8080
  npm run conformance -- http://127.0.0.1:8080 history tokens-create -v
  npm run conformance -- http://127.0.0.1:8080 --parts api,gate
  npm run conformance -- http://127.0.0.1:8080 --slow --json > results.json

Exit status:
  0  every answer is the same, or as good
  1  some differ
  2  the replay itself could not be done
`

const marks: Readonly<Record<Outcome, string>> = {
  same: '✓',
  accepted: '~',
  'on purpose': '~',
  different: '✗',
  'not sent': '!',
  'left out': '-',
}

const command = new Command('conformance')
  .description(
    'Replays exchanges recorded from a running reference against any server, and prints what differs.',
  )
  .argument('<url>', 'where the server answers: http://127.0.0.1:8080', parseUrl)
  .argument(
    '[files...]',
    'names, such as history, or paths of recorded files; all that are not slow by default',
  )
  .option(
    '--parts <list>',
    `parts that the server has, the others' exchanges being left out (all: ${[...allFeatures].join(',')})`,
    parseParts,
  )
  .option('--strict', 'count every difference, allowed ones too')
  .option('--slow', 'also replay the files that wait for minutes')
  .option('-v, --verbose', 'name each exchange')
  .option('--json', 'print the results as JSON')
  .addHelpText('after', help)
  .exitOverride()
  .action(async (url: string, names: string[], options: Options) => {
    process.exitCode = await run(url, names, options)
  })

async function run(url: string, names: readonly string[], options: Options): Promise<number> {
  const send = httpSender(url)
  const files: FileResults[] = []
  for (const chosen of chooseRecordings(names, options)) {
    const recording = withFeatures(chosen, options.parts ?? allFeatures)
    const results = await replayFile(recording, send, {
      strict: options.strict ?? false,
      onResult: (result) => options.json || printResult(recording, result, options),
    })
    files.push({ recording, results })
    if (!options.json) console.log(`${recording.name}: ${summarize(countOutcomes(results))}`)
  }
  const all = files.flatMap(({ results }) => results)
  console.log(options.json ? JSON.stringify(asJson(url, files), null, 2) : summarize(countOutcomes(all)))
  return all.some(isProblem) ? exitCodes.different : exitCodes.same
}

/** Those named; else all, without the slow ones unless asked for. */
function chooseRecordings(names: readonly string[], { slow, json }: Options): Recording[] {
  if (names.length > 0) return names.map((name) => readRecording(pathOf(name)))
  return recordedFiles()
    .map(readRecording)
    .filter((recording) => {
      const isChosen = slow === true || !recording.slow
      if (!isChosen && !json)
        console.log(`${recording.name}: not replayed, since it waits for minutes (--slow)`)
      return isChosen
    })
}

function pathOf(name: string): string {
  return existsSync(name) ? name : join(dataFolder, `${name.replace(/\.json$/, '')}.json`)
}

function printResult(recording: Recording, result: ExchangeResult, { verbose }: Options): void {
  const { exchange, outcome } = result
  if (!isProblem(result)) {
    if (verbose) console.log(`${marks[outcome]} ${recording.name} #${result.number}: ${exchange.name}`)
    return
  }
  console.log(`${marks[outcome]} ${describeProblem(recording, result)}`)
  const departure = departureFor(recording, result)
  if (departure) console.log(`    (Porthor differs here on purpose: ${departure.reason})`)
}

function departureFor(recording: Recording, { exchange }: ExchangeResult) {
  return departures.find((one) => one.file === recording.name && one.exchange === exchange.name)
}

function asJson(url: string, files: readonly FileResults[]) {
  return {
    url,
    counts: countOutcomes(files.flatMap(({ results }) => results)),
    files: files.map(({ recording, results }) => ({
      name: recording.name,
      counts: countOutcomes(results),
      problems: results.filter(isProblem).map((result) => ({
        number: result.number,
        name: result.exchange.name,
        method: result.exchange.request.method,
        path: result.values.show(result.exchange.request.path),
        outcome: result.outcome,
        notes: result.notes,
        departure: departureFor(recording, result)?.reason ?? null,
      })),
    })),
  }
}

function parseUrl(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError('It is no URL of HTTP.')
  return text
}

function parseParts(text: string): ReadonlySet<Feature> {
  const names = text.split(',')
  const parts = [...allFeatures].filter((feature) => names.includes(feature))
  if (parts.length < names.length) throw new InvalidArgumentError(`Parts are ${[...allFeatures].join(', ')}.`)
  return new Set(parts)
}

try {
  await command.parseAsync()
} catch (error) {
  process.exitCode = exitCodes.failed
  // Commander has said by itself what is wrong, or has shown the help.
  if (error instanceof CommanderError)
    process.exitCode = error.exitCode === 0 ? exitCodes.same : exitCodes.failed
  else console.error(`conformance: ${error instanceof Error ? error.message : error}`)
}
