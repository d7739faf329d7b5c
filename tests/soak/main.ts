import { parseArgs } from 'node:util'
import { SOAK_STORES } from './site.ts'
import { type SoakResult, soak } from './soak.ts'

const HELP = `Loads several servers with requests of all kinds while their stores, and they themselves, are killed, stopped and set back
at random; checks at the end that no rule was broken.

  node tests/soak/main.ts [options]

  --stores TEXT   those whose name has this in it, one after the other (default all): ${SOAK_STORES.join(', ')}
  --minutes N     how long on each (default 10)
  --seed N        which choices are made (default: another each time, printed); timing makes each run its own all the same
  --servers N     processes of the server (default 3; the embedded database has one)
  --clients N     requests at once (default 8)
  --json          what came of it as JSON
  --help

Starts stores of its own. Ends with 1 where a rule was broken.
`

function summary({ stores, seed, requests, tokens, outages, violations }: SoakResult): string {
  const list = (counts: Record<string, number>) =>
    Object.entries(counts).map(([name, count]) => `  ${String(count).padStart(7)}  ${name}`)
  return [
    `${stores}: seed ${seed}, ${tokens} tokens`,
    ...['requests and their answers (0: none)', ...list(requests)],
    ...['outages', ...list(outages)],
    violations.length === 0 ? 'no rule was broken' : `${violations.length} violations`,
    ...violations.slice(0, 50).map((violation) => `  ${violation}`),
    '',
  ].join('\n')
}

const { values } = parseArgs({
  options: {
    stores: { type: 'string', default: '' },
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
  const results: SoakResult[] = []
  for (const stores of SOAK_STORES.filter((name) => name.includes(values.stores))) {
    const begun = Date.now()
    const result = await soak({
      stores,
      minutes: Number(values.minutes),
      seed: Number(values.seed),
      servers: Number(values.servers),
      clients: Number(values.clients),
      report: (text) => process.stderr.write(`${Math.round((Date.now() - begun) / 1000)} s: ${text}\n`),
    })
    results.push(result)
    if (!values.json) process.stdout.write(summary(result))
  }
  if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
  process.exitCode = results.every(({ violations }) => violations.length === 0) ? 0 : 1
}
