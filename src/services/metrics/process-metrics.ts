import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client'
import type { Activity } from '../activity.ts'
import type { UserInfoService } from '../user-info-service.ts'
import type { Verifier } from '../verifier.ts'
import { DurationHistogram } from './duration-histogram.ts'

/** What a process that answers requests is asked about. */
export interface ProcessMetricsOptions {
  activity: Activity
  verifier: Verifier
  userInfo: UserInfoService
}

/**
 * What one process knows of itself: the gate's decisions, its memory, and how Node.js fares. Of several processes the numbers
 * add up.
 */
export function processMetrics({ activity, verifier, userInfo }: ProcessMetricsOptions): Registry {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  new Counter({
    name: 'porthor_gate_decisions_total',
    help: 'Decisions of the gate, by outcome: allowed, anonymous, options, or the code of the error',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset()
      for (const [outcome, count] of outcomesOf(activity)) this.inc({ outcome }, count)
    },
  })
  new Counter({
    name: 'porthor_gate_verifications_total',
    help: 'Decisions of the gate about a credential',
    registers,
    collect() {
      setTo(this, activity.verifications)
    },
  })
  new Counter({
    name: 'porthor_gate_memory_hits_total',
    help: 'Decisions of the gate about a credential for which nothing had to be read',
    registers,
    collect() {
      setTo(this, activity.memoryHits)
    },
  })
  registry.registerMetric(
    new DurationHistogram(
      'porthor_gate_decision_duration_seconds',
      'How long decisions of the gate about a credential took, without reading the request and writing the answer',
      activity.durations,
    ) as unknown as Metric,
  )
  new Counter({
    name: 'porthor_logins_total',
    help: 'What happened to logins by the provider, by event: begun, succeeded, refused, failed',
    labelNames: ['event'],
    registers,
    collect() {
      this.reset()
      for (const [event, count] of activity.logins) this.inc({ event }, count)
    },
  })
  new Gauge({
    name: 'porthor_memory_tokens',
    help: 'Verified tokens in memory',
    registers,
    collect() {
      this.set(verifier.memory.tokens)
    },
  })
  new Gauge({
    name: 'porthor_memory_usable',
    help: 'Processes whose memory may be used just now: their link to the token data is alive',
    registers,
    collect() {
      this.set(verifier.memory.usable ? 1 : 0)
    },
  })
  if (userInfo.directoryState) addDirectory(registry, userInfo)
  return registry
}

function addDirectory(registry: Registry, userInfo: UserInfoService): void {
  const registers = [registry]
  new Counter({
    name: 'porthor_directory_queries_total',
    help: 'Queries of the directory (LDAP), by result: answered or failed; what memory answered is none',
    labelNames: ['result'],
    registers,
    collect() {
      const { answered = 0, failed = 0 } = userInfo.directoryState ?? {}
      this.reset()
      this.inc({ result: 'answered' }, answered)
      this.inc({ result: 'failed' }, failed)
    },
  })
  new Gauge({
    name: 'porthor_directory_away',
    help: 'Processes for which the directory (LDAP) is away: they go by what they remember',
    registers,
    collect() {
      this.set(userInfo.directoryState?.isAway ? 1 : 0)
    },
  })
}

/** Counts are kept elsewhere: here they are only shown. */
function setTo(counter: Counter, count: number): void {
  counter.reset()
  counter.inc(count)
}

function outcomesOf({ verifications, refusals, others }: Activity): Map<string, number> {
  const outcomes = new Map(others)
  const add = (outcome: string, count: number) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + count)
  let allowed = verifications
  for (const [code, count] of refusals) {
    add(code, count)
    allowed -= count
  }
  add('allowed', allowed)
  return outcomes
}
