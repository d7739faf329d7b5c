import type { IncomingMessage, ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { openPorthor, type Porthor } from '../../src/composition.ts'
import { GateDecisions } from '../../src/http/gate/decisions.ts'
import { IngressRoutes } from '../../src/http/routes/ingress.ts'
import type { Log } from '../../src/services/token-log.ts'
import { Fernet } from '../../src/storage/token-data/fernet.ts'
import { createStage, FERNET_KEY } from '../stage.ts'
import { logToNowhere } from './log-to-nowhere.ts'
import { requestOf } from './requests.ts'
import { DELEGATION, GATE } from './scenarios.ts'
import { loadTokens } from './tokens.ts'

const HELP = `Measures what a decision of the gate takes by itself, without network and HTTP: from the headers to the answer's.

  node bench/gate/decision.ts [--stores embedded|postgresql]

The least of many short turns counts: what else the machine does disturbs it little.
`

const { values } = parseArgs({
  options: {
    stores: { type: 'string', default: 'embedded' },
    help: { type: 'boolean', default: false },
  },
})

const TOKENS = 10_000
const TURNS = 400
const REQUESTS_A_TURN = 200
/** A stride that visits all tokens, far apart in memory. */
const STRIDE = 7_919

interface Case {
  name: string
  path: string
  /** The headers with the credential of the n-th request. */
  credential(at: number): string[]
}

/** Stands in for the answer: counts. */
class Answers {
  count = 0
  status = 0

  writeHead(status: number): this {
    this.status = status
    return this
  }

  end(): void {
    this.count++
  }
}

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP)
    return
  }
  const stage = await createStage(values.stores === 'postgresql' ? 'sql' : 'embedded')
  const table = new Table({
    head: ['', 'log at WARNING, µs', 'JSON log at INFO, µs', 'text log at INFO, µs'],
    style: { head: [], border: [] },
  })
  const porthor = await openPorthor({ config: stage.config, log: logToNowhere('WARNING', 'json') })
  try {
    const cases = casesOf(await loadTokens(porthor, TOKENS))
    for (const one of cases) {
      const microseconds = []
      for (const log of [
        logToNowhere('WARNING', 'json'),
        logToNowhere('INFO', 'json'),
        logToNowhere('INFO', 'text'),
      ]) {
        microseconds.push(await measure(porthor, one, log))
      }
      table.push([one.name, ...microseconds.map((value) => value.toFixed(2))])
    }
  } finally {
    await porthor.close()
    await stage.remove()
  }
  process.stdout.write(`${table}\n`)
}

function casesOf(tokens: string[]): Case[] {
  const [hot = ''] = tokens
  const session = new Fernet([FERNET_KEY]).encrypt(JSON.stringify({ token: hot }))
  const bearer = (at: number) => ['Authorization', `Bearer ${tokens[at % tokens.length]}`]
  return [
    { name: '1 token', path: GATE, credential: () => bearer(0) },
    { name: '10,000 tokens, far apart', path: GATE, credential: (at) => bearer(at * STRIDE) },
    { name: 'a session cookie', path: GATE, credential: () => ['Cookie', `a=b; gafaelfawr=${session}; c=d`] },
    { name: '100 tokens, with delegation', path: DELEGATION, credential: (at) => bearer(at % 100) },
  ]
}

async function measure(porthor: Porthor, { path, credential }: Case, log: Log): Promise<number> {
  const ingress = new IngressRoutes(porthor, new GateDecisions(porthor, log))
  const answers = new Answers()
  const ask = (request: IncomingMessage) => ingress.handle(request, answers as unknown as ServerResponse)
  const requestAt = (at: number) => requestOf(path, credential(at))
  for (let at = 0; at < TOKENS; at++) {
    ask(requestAt(at))
    while (answers.count + REQUESTS_A_TURN <= at) await nextTurn()
  }
  while (answers.count < TOKENS) await nextTurn()
  if (answers.status !== 200) throw new Error(`The gate has answered ${answers.status}`)

  let least = Number.POSITIVE_INFINITY
  for (let turn = 0; turn < TURNS; turn++) {
    const first = turn * REQUESTS_A_TURN
    const requests = Array.from({ length: REQUESTS_A_TURN }, (_, at) => requestAt(first + at))
    const begun = performance.now()
    for (const request of requests) ask(request)
    least = Math.min(least, (performance.now() - begun) * (1_000 / REQUESTS_A_TURN))
    await nextTurn()
  }
  return least
}

await main()
