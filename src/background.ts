import type { Porthor } from './composition.ts'
import { AuditAlert } from './services/alerts/audit-alert.ts'
import { AUDIT_GRACE_SECONDS } from './services/reconciler.ts'
import { SAMPLE_SECONDS } from './services/statistics-service.ts'
import type { Log } from './services/token-log.ts'

const HEARTBEAT_SECONDS = 5

const SAMPLE_SPREAD_SECONDS = 5

/** Some 24 days: a timer of Node.js that is to wait for longer does not wait at all. */
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1

/**
 * Starts what `serve` does beside requests: maintenance and audit on their schedules, and the heartbeat by which a Redis
 * that comes back older is known.
 */
export function startBackground(porthor: Porthor, log: Log): { stop(): Promise<void> } {
  const { config, redisTrust } = porthor
  const stopping = new AbortController()
  const { signal } = stopping
  const jobs = [
    every(config.maintenanceIntervalSeconds, 'Maintenance', () => porthor.maintenance.run({ signal })),
    every(config.auditIntervalSeconds, 'Audit', () => audit(porthor, signal)),
    every(redisTrust && HEARTBEAT_SECONDS, 'Heartbeat', async () => redisTrust?.beat()),
  ]

  function every(seconds: number | null, name: string, work: () => Promise<unknown>): Promise<void> {
    if (seconds === null) return Promise.resolve()
    return repeat(seconds, signal, () =>
      work().catch((error: Error) => log.error({ error: error.message }, `${name} failed`)),
    )
  }

  return {
    async stop() {
      stopping.abort()
      await Promise.all(jobs)
    },
  }
}

/**
 * Writes down once a minute what this process has counted, just after the minute's end; to be started in each process that
 * answers requests.
 */
export function startSampling(porthor: Porthor): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const sampling = sampleEachMinute(porthor, stopping.signal)
  return {
    async stop() {
      stopping.abort()
      await sampling
    },
  }
}

async function sampleEachMinute({ clock, statistics }: Porthor, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const minute = SAMPLE_SECONDS * 1000
    // Several processes do not all write at the same moment.
    await pause(
      (minute - (clock.milliseconds() % minute)) / 1000 + Math.random() * SAMPLE_SPREAD_SECONDS,
      signal,
    )
    if (!signal.aborted) await statistics.sample()
  }
}

async function audit(porthor: Porthor, signal: AbortSignal): Promise<void> {
  const alert = new AuditAlert()
  // The findings themselves are in the log.
  const findings = porthor.reconciler.audit({ fix: true, graceSeconds: AUDIT_GRACE_SECONDS, signal })
  for await (const finding of findings) alert.add(finding)
  const { slackWebhook } = porthor.config
  if (slackWebhook !== null && !alert.isEmpty) await alert.post(slackWebhook)
}

/** Waits, works, waits: never twice at once. Several processes do not all wake at the same moment. */
async function repeat(seconds: number, signal: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) {
    await pause(seconds * (0.9 + Math.random() / 5), signal)
    if (!signal.aborted) await work()
  }
}

async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  for (let left = seconds * 1000; left > 0 && !signal.aborted; left -= LONGEST_TIMER_MILLISECONDS)
    await wait(Math.min(left, LONGEST_TIMER_MILLISECONDS), signal)
}

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    timer.unref()
    signal.addEventListener('abort', end)
  })
}
