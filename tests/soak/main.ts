import { parseArgs } from 'node:util'
import { type SoakResult, soak } from './soak.ts'

const HELP = `Loads several servers with requests of all kinds while their stores, and they themselves, are killed, stopped and set back
at random; checks at the end that no rule was broken.

  node tests/soak/main.ts [options]

  --minutes N     how long (default 10)
  --seed N        which choices are made (default: another each time, printed); timing makes each run its own all the same
  --servers N     processes of the server (default 3)
  --clients N     requests at once (default 8)
  --json          what came of it as JSON
  --help

Starts a PostgreSQL and a Redis of its own. Ends with 1 where a rule was broken.
`

function summary({ seed, requests, tokens, outages, violations }: SoakResult): string {
  const list = (counts: Record<string, number>) =>
    Object.entries(counts).map(([name, count]) => `  ${String(count).padStart(7)}  ${name}`)
  return [
    `seed ${seed}, ${tokens} tokens`,
    ...['requests and their answers (0: none)', ...list(requests)],
    ...['outages', ...list(outages)],
    violations.length === 0 ? 'no rule was broken' : `${violations.length} violations`,
    ...violations.slice(0, 50).map((violation) => `  ${violation}`),
    '',
  ].join('\n')
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    servers: { type: 'string', default: '3' },
    clients: { type: 'string', default: '8' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(HELP)
else {
  const begun = Date.now()
  const result = await soak({
    minutes: Number(values.minutes),
    seed: Number(values.seed),
    servers: Number(values.servers),
    clients: Number(values.clients),
    report: (text) => process.stderr.write(`${Math.round((Date.now() - begun) / 1000)} s: ${text}\n`),
  })
  process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : summary(result))
  process.exitCode = result.violations.length === 0 ? 0 : 1
}
