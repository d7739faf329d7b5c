import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { openPorthor, type Porthor } from '../../src/composition.ts'
import { GateDecisions } from '../../src/http/gate/decisions.ts'
import { IngressRoutes } from '../../src/http/routes/ingress.ts'
import { Token } from '../../src/models/token.ts'
import { createStage, FERNET_KEY } from '../stage.ts'
import { quantile } from '../statistics.ts'
import { type BareReader, openBareReader } from './bare-reader.ts'
import { logToNowhere } from './log-to-nowhere.ts'
import { requestOf } from './requests.ts'
import { GATE } from './scenarios.ts'
import { redisUrlOf } from './servers.ts'
import { loadTokens } from './tokens.ts'

const HELP = `Measures what a token takes that is in Redis and not in memory, by itself: without HTTP and load tool. Beside it, by hand,
one GET, one decryption and JSON.parse for each token. On PostgreSQL and Redis.

  node bench/gate/cold.ts [--turns N]

  --turns N   of 400 tokens each, by turns (default 300)

Processor time counts, of the thread that does it: 20 tokens are asked for at once, as they come to a server with 32 connections.
`

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '300' },
    help: { type: 'boolean', default: false },
  },
})

/** Of each of the two that share a memory: together more than it holds, so that those that come round again are cold again. */
const TOKENS = 30_000
const TOKENS_A_TURN = 400
const AT_ONCE = 20
/** Until the code is compiled. */
const WARM_UP_TURNS = 30
/** For what is written in the background, in turns. */
const TURNS_BEFORE_A_PAUSE = 20

/** Something that is done for each token. */
interface Case {
  name: string
  tokens: readonly string[]
  /** @param request - Made before, as Node.js makes it. */
  ask(token: string, request: IncomingMessage): Promise<unknown>
}

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP)
    return
  }
  const stage = await createStage('redis')
  const porthor = await openPorthor({ config: stage.config, log: logToNowhere('WARNING', 'json') })
  const reader = await openBareReader(redisUrlOf(stage) ?? '', FERNET_KEY)
  try {
    const tokens = await loadTokens(porthor, 2 * TOKENS)
    print(await measure(casesOf(porthor, reader, tokens), Number(values.turns)))
  } finally {
    await reader.close()
    await porthor.close()
    await stage.remove()
  }
}

function casesOf(porthor: Porthor, reader: BareReader, tokens: string[]): Case[] {
  const ingress = new IngressRoutes(porthor, new GateDecisions(porthor, logToNowhere('WARNING', 'json')))
  const [some, others] = [tokens.slice(0, TOKENS), tokens.slice(TOKENS)]
  return [
    {
      name: 'GET, decryption, JSON.parse',
      tokens,
      ask: (token) => reader.read(Token.parse(token).key),
    },
    { name: 'verification', tokens: some, ask: (token) => porthor.verifier.verify(Token.parse(token)) },
    {
      name: 'decision of the gate',
      tokens: others,
      ask: (_, request) => answered(ingress, request),
    },
  ]
}

/** @throws The gate refuses. */
function answered(ingress: IngressRoutes, request: IncomingMessage): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const response = {
    writeHead(status: number) {
      if (status !== 200) reject(new Error(`The gate has answered ${status}`))
      return response
    },
    end: () => resolve(),
  }
  ingress.handle(request, response as unknown as ServerResponse)
  return promise
}

/** @returns Of each case, for each turn, the processor time of a token: microseconds. */
async function measure(cases: readonly Case[], turns: number): Promise<Map<Case, number[]>> {
  const measured = new Map<Case, number[]>(cases.map((one) => [one, []]))
  for (let turn = -WARM_UP_TURNS; turn < turns; turn++) {
    for (const one of cases) {
      const microseconds = await takeTurn(one, turn + WARM_UP_TURNS)
      if (turn >= 0) measured.get(one)?.push(microseconds)
    }
    if (turn % TURNS_BEFORE_A_PAUSE === 0) await pause(50)
  }
  return measured
}

async function takeTurn({ tokens, ask }: Case, turn: number): Promise<number> {
  const first = (turn * TOKENS_A_TURN) % tokens.length
  const asked = tokens
    .slice(first, first + TOKENS_A_TURN)
    .map((token) => [token, requestOf(GATE, ['Authorization', `Bearer ${token}`])] as const)
  const before = process.threadCpuUsage()
  for (let at = 0; at < asked.length; at += AT_ONCE) {
    await Promise.all(asked.slice(at, at + AT_ONCE).map(([token, request]) => ask(token, request)))
  }
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / asked.length
}

function print(measured: Map<Case, number[]>): void {
  const table = new Table({ head: ['', 'µs, a tenth', 'median', 'ratio'], style: { head: [], border: [] } })
  const medians = [...measured.values()].map((all) => quantile(all, 0.5))
  for (const [{ name }, all] of measured) {
    const [tenth, median] = [quantile(all, 0.1), quantile(all, 0.5)]
    table.push([name, tenth.toFixed(1), median.toFixed(1), ((medians[0] ?? 0) / median).toFixed(2)])
  }
  process.stdout.write(`${table}\n`)
}

await main()
