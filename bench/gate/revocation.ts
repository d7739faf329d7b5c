import { parseArgs } from 'node:util'
import { type Fleet, newToken, send, startFleet } from '../../tests/processes/fleet.ts'
import { quantile } from '../statistics.ts'

const HELP = `Measures how long after the answer to a revocation the last of four processes still accepts the token, under load.

  npm run bench:revocation -- [options]

  --rounds N   revocations (default 1000)
  --json       the figures as JSON

Each process is asked without pause, by one connection for the token that is revoked and by two for others. Of a request
that was sent after the answer and accepted counts when it was sent; where none was, the token was refused at once: 0.
`

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1000' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

/** For so long after a revocation the processes are still asked: milliseconds. */
const WATCHED_MILLISECONDS = 60

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP)
    return
  }
  const rounds = Number(values.rounds)
  const fleet = await startFleet(4)
  const storm = await startStorm(fleet)
  try {
    const delays: number[] = []
    for (let round = 0; round < rounds; round++) {
      delays.push(await revokeOnce(fleet, round))
      if (round % 50 === 0) process.stderr.write(`\r${round} of ${rounds} revocations`)
    }
    process.stderr.write('\n')
    print(delays, storm.requests())
  } finally {
    await storm.stop()
    await fleet.close()
  }
}

async function startStorm({ urls }: Fleet) {
  const others = await Promise.all(Array.from({ length: 40 }, () => newToken(urls[0] ?? '')))
  let running = true
  let requests = 0
  const workers = urls.flatMap((url) =>
    [0, 1].map(async (offset) => {
      for (let index = offset; running; index++) {
        await send(`${url}/ingress/auth`, { token: others[index % others.length]?.token ?? '' })
        requests++
      }
    }),
  )
  return {
    requests: () => requests,
    async stop() {
      running = false
      await Promise.all(workers)
    },
  }
}

/** @returns Milliseconds. */
async function revokeOnce({ urls }: Fleet, round: number): Promise<number> {
  const urlOf = (index: number) => urls[index % urls.length] ?? ''
  const { token, key, username } = await newToken(urlOf(round))
  for (const url of urls) await send(`${url}/ingress/auth`, { token })
  const accepted: number[] = []
  let watching = true
  const watchers = urls.map(async (url) => {
    while (watching) {
      const answer = await send(`${url}/ingress/auth`, { token })
      if (answer.status === 200) accepted.push(answer.sentAt)
    }
  })
  await send(`${urlOf(round + 1)}/auth/api/v1/users/${username}/tokens/${key}`, { method: 'DELETE', token })
  const answeredAt = performance.now()
  await new Promise((resolve) => setTimeout(resolve, WATCHED_MILLISECONDS))
  watching = false
  await Promise.all(watchers)
  return Math.max(0, ...accepted.map((sentAt) => sentAt - answeredAt))
}

function print(delays: number[], requests: number): void {
  const figures = {
    revocations: delays.length,
    requestsBeside: requests,
    p50: quantile(delays, 0.5),
    p99: quantile(delays, 0.99),
    max: Math.max(...delays),
  }
  if (values.json) {
    process.stdout.write(`${JSON.stringify(figures)}\n`)
    return
  }
  const milliseconds = (value: number) => `${value.toFixed(2)} ms`
  process.stdout.write(
    `${figures.revocations} revocations beside ${requests} other requests: the last acceptance came after ` +
      `${milliseconds(figures.p50)} (p50), ${milliseconds(figures.p99)} (p99), ${milliseconds(figures.max)} (max)\n`,
  )
}

await main()
