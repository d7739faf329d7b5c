import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Porthor } from '../../src/composition.ts'
import { PorthorError } from '../../src/models/errors.ts'
import { samePrivilege } from '../../src/models/privilege.ts'
import type { AuditFinding } from '../../src/services/audit-finding.ts'
import { RedisTokenDataStore } from '../../src/storage/token-data/redis-token-data-store.ts'
import { keyOf, verifyAll } from '../support/family.ts'
import { brokenRules, disagreements, type Held, heldBy, losses } from '../support/rules.ts'
import { type Snapshot, takeSnapshot } from '../support/store-snapshot.ts'
import { crashOperations } from './operations.ts'
import type { Order, Recording } from './protocol.ts'

type CheckOrder = Extract<Order, { kind: 'check' }>

/** What it finds wrong, at once, after the reconciler, and after somebody has tried the operation again. */
export async function check(
  porthor: Porthor,
  { recording, answered }: CheckOrder,
  another: () => Promise<Porthor | null>,
): Promise<string[]> {
  const texts = [...recording.held, ...(answered ?? [])]
  // Nothing is served, and so no rule is broken, before this has happened.
  await porthor.redisTrust?.replayAndWait()
  // Verified first: a Redis that is not blessed yet serves nobody, and so breaks no rule.
  const heldAtOnce = await verifyAll(porthor, texts)
  const atOnce = await takeSnapshot(porthor)
  const { amiss } = crashOperations.find(({ name }) => name === recording.operation) ?? {}
  const { before } = recording
  const fromTheStart = new Set(amiss ? brokenRules(before, heldBy(before, texts)) : [])
  const violations = label('at once', [
    ...brokenRules(atOnce, heldAtOnce).filter((problem) => !fromTheStart.has(problem)),
    ...(answered ? undone(recording, atOnce, heldAtOnce, answered) : []),
  ])

  const repairs = await repairAll(porthor)
  const held = await verifyAll(porthor, texts)
  const repaired = await takeSnapshot(porthor)
  violations.push(
    ...label('after the reconciler', [
      ...repairs,
      ...brokenRules(repaired, held),
      ...disagreements(repaired, held),
      ...losses(recording.before, recording.after, repaired),
      ...resurrections(recording, heldAtOnce, held),
    ]),
  )
  const second = await another()
  if (second) violations.push(...label('after a second attempt', await tryAgain(second, recording)))
  return violations
}

/** Waits until a dead process has no session in either store any more: what it had sent has been carried out or undone. */
export async function awaitEnd({ database, data }: Porthor, sessionName: string): Promise<void> {
  if (database.kind === 'embedded') return
  await until(async () => {
    const { rows } = await sql<{ count: number }>`
      SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = ${sessionName}`.execute(
      database.db,
    )
    return rows[0]?.count === 0
  })
  if (!(data instanceof RedisTokenDataStore)) return
  // This one asks on the first connection of its own.
  await until(() =>
    data.connection(async (connection) => {
      const clients = await connection.send<string>('CLIENT', 'LIST')
      return clients.trim().split('\n').length === 1
    }),
  )
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 5_000; attempt++) {
    if (await condition()) return
    await sleep(2)
  }
  throw new Error('The dead process does not leave the stores')
}

async function repairAll(porthor: Porthor): Promise<string[]> {
  const first = await audit(porthor, true)
  const second = await audit(porthor, false)
  return [
    ...(first.alarm ? [`the reconciler raises an alarm: ${first.alarm}`] : []),
    ...second.findings.map(({ message }) => `found again after its repair: ${message}`),
  ]
}

async function audit({ reconciler }: Porthor, fix: boolean) {
  const findings: AuditFinding[] = []
  const run = reconciler.audit({ fix })
  for (;;) {
    const { value, done } = await run.next()
    if (done) return { findings, alarm: value.alarm }
    findings.push(value)
  }
}

/** Whoever was answered can rely on it, whatever dies afterwards. */
function undone(
  { after }: Recording,
  now: Snapshot,
  held: readonly Held[],
  answered: readonly string[],
): string[] {
  const keys = new Set(answered.map(keyOf))
  const unusable = held.filter(
    ({ token, verification }) => answered.includes(token.toString()) && verification.kind !== 'valid',
  )
  const changed = [...after.rows.values()].filter((row) => {
    const is = now.rows.get(row.key)
    return !keys.has(row.key) && is && !(samePrivilege(row, is) && row.tokenName === is.tokenName)
  })
  return [
    ...unusable.map(({ token }) => `answer: ${token.key} was handed out and does not verify`),
    ...changed.map(({ key }) => `answer: ${key} is not as was answered`),
    ...(now.rows.size === after.rows.size ? [] : ['answer: there are not as many tokens as was answered']),
    ...(now.frozenUsers.join() === after.frozenUsers.join() ? [] : ['answer: others are frozen']),
  ]
}

/** What the operation was to end, and what had ended when the process died, does not come back. */
function resurrections(
  { before, after }: Recording,
  heldAtOnce: readonly Held[],
  held: readonly Held[],
): string[] {
  return held
    .filter(({ token: { key }, verification }, index) => {
      const ends = before.rows.has(key) && !after.rows.has(key)
      return ends && verification.kind === 'valid' && heldAtOnce[index]?.verification.kind === 'unknown'
    })
    .map(({ token }) => `rule 1: ${token.key} verifies again`)
}

async function tryAgain(porthor: Porthor, recording: Recording): Promise<string[]> {
  const operation = crashOperations.find(({ name }) => name === recording.operation)
  const problems: string[] = []
  try {
    await operation?.run(porthor, recording.family, recording.prepared)
  } catch (error) {
    // What the first attempt has done or ended may be in the way; nothing else may.
    const refused = error instanceof PorthorError && error.status < 500
    if (!refused && !isGone(error)) problems.push(`it fails with ${error}`)
  }
  const held = await verifyAll(porthor, recording.held)
  const snapshot = await takeSnapshot(porthor)
  await porthor.close()
  return [...problems, ...brokenRules(snapshot, held), ...disagreements(snapshot, held)]
}

/** Of this suite's own: the token with which it asks is no more. */
function isGone(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('There must be data')
}

function label(when: string, problems: readonly string[]): string[] {
  return problems.map((problem) => `${when}: ${problem}`)
}
