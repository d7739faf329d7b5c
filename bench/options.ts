import { parseArgs } from 'node:util'
import type { StoreKind } from './stage.ts'

export interface Options {
  store: StoreKind
  json: boolean
  /** Only phases whose name holds one of these; empty: all. */
  only: string[]
  rounds: number
  /** Operations of each before those that count. */
  warmUp: number
  /** A round has so many times fewer operations than usual; for tests. */
  shrink: number
  bulkRounds: number
  /** Tokens that are there while single operations are measured. */
  backgroundTokens: number
  /** Tokens of the audit and the expiry. */
  bulkTokens: number
}

export const HELP = `Measures Porthor against the same statements and commands written by hand.

  npm run bench -- [options]

  --store redis      PostgreSQL with Redis (default)
  --store sql        PostgreSQL alone
  --store embedded   the embedded database
  --only TEXT        only what has this in its name, for instance "revoke"; may be given several times
  --quick            fewer rounds, fewer tokens: minutes less, and less sure
  --rounds N         rounds of each (default 15, 5 with --quick)
  --tokens N         tokens of the audit and the expiry (default 100000, 10000 with --quick)
  --json             the figures as JSON
  --help

Uses a database of its own on the server of PORTHOR_TEST_POSTGRES_URL (default: the local one), and starts its own
redis-server. Both are gone afterwards. Compare ratios, not speeds: the machine matters less to them.
`

/** @throws {Error} An option is unknown or has an impossible value; the message is for people. */
export function readOptions(args: string[]): Options | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      store: { type: 'string', default: 'redis' },
      only: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      tokens: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const { quick } = values
  return {
    store: readStore(values.store),
    json: values.json,
    only: values.only,
    rounds: readNumber('--rounds', values.rounds, 1) ?? (quick ? 5 : 15),
    warmUp: quick ? 1_000 : 5_000,
    shrink: 1,
    bulkRounds: quick ? 2 : 3,
    backgroundTokens: quick ? 5_000 : 20_000,
    bulkTokens: readNumber('--tokens', values.tokens, 50) ?? (quick ? 10_000 : 100_000),
  }
}

function readStore(text: string): StoreKind {
  if (text === 'redis' || text === 'sql' || text === 'embedded') return text
  throw new Error('--store is one of redis, sql, embedded')
}

/** A multiple of `step`. */
function readNumber(option: string, text: string | undefined, step: number): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!Number.isInteger(value) || value <= 0 || value % step !== 0)
    throw new Error(step === 1 ? `${option} takes a whole number` : `${option} takes a multiple of ${step}`)
  return value
}
