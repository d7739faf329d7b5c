import pg from 'pg'
import type { Random } from './random.ts'
import { pause, type Site } from './site.ts'

/** Something that goes wrong, and is right again when the promise is fulfilled. */
interface Outage {
  name: string
  /** What has to be there, that it may fail. */
  of: 'Redis' | 'PostgreSQL' | 'server'
  happen(site: Site, random: Random): Promise<void>
}

const outages: readonly Outage[] = [
  {
    name: 'Redis is killed, and comes back as it was a moment ago',
    of: 'Redis',
    async happen(site, random) {
      await site.saveRedis()
      await site.killRedis(random.below(2_000))
    },
  },
  {
    name: 'Redis is killed, and comes back older than it was',
    of: 'Redis',
    happen: (site, random) => site.killRedis(random.below(2_000)),
  },
  {
    name: 'Redis is silent',
    of: 'Redis',
    async happen(site, random) {
      process.kill(site.redis.pid, 'SIGSTOP')
      await pause(500 + random.below(4_000))
      process.kill(site.redis.pid, 'SIGCONT')
    },
  },
  {
    name: 'PostgreSQL crashes',
    of: 'PostgreSQL',
    async happen(site, random) {
      await site.postgres.crash()
      await pause(random.below(3_000))
      await site.postgres.restart()
    },
  },
  {
    name: 'PostgreSQL ends all connections',
    of: 'PostgreSQL',
    async happen(site) {
      const client = new pg.Client(site.postgres.url)
      await client.connect()
      await client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()',
      )
      await client.end()
    },
  },
  {
    name: 'a server is killed',
    of: 'server',
    happen: (site, random) => site.killServer(random.below(site.servers.length)),
  },
  {
    name: 'a server is stopped for a while',
    of: 'server',
    async happen(site, random) {
      const { pid } = random.pick(site.servers).program
      process.kill(pid, 'SIGSTOP')
      await pause(500 + random.below(3_000))
      process.kill(pid, 'SIGCONT')
    },
  },
  {
    name: 'Redis is saved',
    of: 'Redis',
    happen: (site) => site.saveRedis(),
  },
]

/**
 * Has one thing go wrong after the other, with a few seconds between, until the signal.
 *
 * @param onOutage - Told what is about to happen.
 */
export async function throwOutages(
  site: Site,
  random: Random,
  signal: AbortSignal,
  onOutage: (name: string) => void,
): Promise<void> {
  const possible = outages.filter(({ of }) => of === 'server' || site.stores.includes(of))
  while (!signal.aborted) {
    await pause(1_000 + random.below(4_000))
    if (signal.aborted) return
    const outage = random.pick(possible)
    onOutage(outage.name)
    await outage.happen(site, random)
  }
}
