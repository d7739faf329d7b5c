import { throwOutages } from './chaos.ts'
import { awaitHealth, checkSite } from './check.ts'
import { Load } from './load.ts'
import { Random } from './random.ts'
import { pause, Site, type SoakStores } from './site.ts'

export interface SoakOptions {
  stores: SoakStores
  minutes: number
  seed: number
  servers: number
  clients: number
  /** Told of each outage, of each broken rule as soon as an answer shows it, and of the end of the load. */
  report: (text: string) => void
}

export interface SoakResult {
  stores: SoakStores
  seed: number
  requests: Record<string, number>
  tokens: number
  outages: Record<string, number>
  violations: string[]
}

export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { stores, minutes, seed, servers, clients, report } = options
  const random = new Random(seed)
  const site = await Site.start(stores, servers)
  const outages: Record<string, number> = {}
  try {
    const load = new Load(site, new Random(seed + 1), report)
    await load.begin()
    if (stores === 'PostgreSQL with Redis') await site.saveRedis()
    const over = AbortSignal.timeout(minutes * 60_000)
    let restoredSince = Number.POSITIVE_INFINITY
    const loading = load.run(clients, over)
    await throwOutages(site, random, over, (name) => {
      report(name)
      outages[name] = (outages[name] ?? 0) + 1
      if (name.includes('killed, and comes back')) restoredSince = Math.min(restoredSince, site.savedAt)
    })
    await loading
    report(`the load is over: ${load.violations.length} violations so far`)
    await awaitHealth(site)
    // Longer than any lease, and than what is still under way.
    await pause(6_000)
    await site.closeServers()
    const broken = await checkSite(site, load.tokens, restoredSince)
    const defects = /Uncaught exception|The gate has failed/.exec(site.output())
    return {
      stores,
      seed,
      requests: Object.fromEntries([...load.counts].sort()),
      tokens: load.tokens.length,
      outages,
      violations: [...load.violations, ...broken, ...(defects ? [`in a log: ${defects[0]}`] : [])],
    }
  } finally {
    await site.close()
  }
}
