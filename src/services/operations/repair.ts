import type { HistoryContext } from '../../models/change-history.ts'
import { endsAfter, intersect, type Privilege, samePrivilege } from '../../models/privilege.ts'
import { isSubset, sameScopes } from '../../models/scopes.ts'
import { KEY_PATTERN, secretDigest } from '../../models/token.ts'
import type { TokenData } from '../../models/token-data.ts'
import type { TokenInfo } from '../../models/token-info.ts'
import { Fernet } from '../../storage/token-data/fernet.ts'
import type { StoredTokenData } from '../../storage/token-data/token-data-store.ts'
import { describeChange, type TokenChangeRow } from '../../storage/token-database-store.ts'
import type { LockedToken } from '../../storage/token-locks.ts'
import type { AuditFinding, AuditRepair, FindingKind } from '../audit-finding.ts'
import { type Operation, type Operations, RefusedError, type RolledBack } from '../operation.ts'
import { hasEnded } from './create.ts'
import { lowerValues } from './modify.ts'
import { endingsOf } from './revoke.ts'
import { committedSecret, withSecret } from './rotate.ts'

export interface ExamineOptions {
  fix: boolean
  /** Values younger than so many seconds without a row are left: a reference beside us writes data before rows. */
  graceSeconds: number
  /**
   * Whether the database has lost commits (PROTOCOLS.md §7): a secret that it does not know may have been handed out, and the one that
   * it knows be the one that was to end.
   */
  afterLoss: boolean
  /** Who repairs, for the history. */
  history: HistoryContext
}

/**
 * Looks at one suspicious token again under the locks, says what is wrong with it, and with `fix` repairs it in the same
 * transaction, towards less privilege (PROTOCOLS.md §6).
 *
 * @returns Nothing: all was well when the locks were held.
 */
export async function examine(
  operations: Operations,
  key: string,
  options: ExamineOptions,
): Promise<AuditFinding[]> {
  const work = async (operation: Operation): Promise<AuditFinding[] | RolledBack<AuditFinding[]>> => {
    const { locks, data, now } = operation
    const hint = await locks.parentOf(key)
    const parent = hint ? await locks.shareToken(hint) : null
    const locked = await locks.lockSubtrees([key])
    const [top] = locked
    if (!top) return examineWithoutRow(operation, key, options)
    if (top.info.parent !== hint) throw new RefusedError()
    if (hasEnded(top.info, now)) return operation.rollback([])

    const stored = await data.get(locked.map(({ info }) => info.token))
    const family: Family = { top, parent, locked, stored, own: stored[0] ?? null }
    const found = findingsOf(family)
    if (found.length === 0) return operation.rollback([])
    const plan = planOf(family, options)
    const findings = found.map((one) => ({ ...one, repair: one.repairable ? repairBy(plan, family) : null }))
    if (!options.fix) return operation.rollback(findings)
    await carryOut(plan, operation, family, options.history)
    return findings.map((one) => ({ ...one, repaired: one.repairable }))
  }
  // Who only looks may do so at any time.
  return operations.run(work, { inDoubt: options.afterLoss || !options.fix })
}

interface Family {
  top: LockedToken
  parent: Privilege | null
  /** The token first, then all below it. */
  locked: LockedToken[]
  stored: (StoredTokenData | null)[]
  own: StoredTokenData | null
}

/** Data whose row is not there, and cannot come while the place holder stands. */
async function examineWithoutRow(operation: Operation, key: string, options: ExamineOptions) {
  const { locks, data, changeHistory, now } = operation
  // What is no key of a token has no room in the table, and no row can come for it.
  const mayHaveRow = KEY_PATTERN.test(key)
  if (mayHaveRow && !(await locks.claimAbsent(key))) throw new RefusedError()
  const [stored] = await data.get([key])
  if (!stored || isYoung(stored.text, now, options.graceSeconds)) return operation.rollback([])
  const found = stored.data
    ? findingOf('only-in-data', key, stored.data.username, 'is valid, but unknown to the database')
    : findingOf('malformed', key, null, 'has data that cannot be read')
  const finding: AuditFinding = { ...found, repair: { action: 'delete-data' } }
  if (!options.fix) return operation.rollback([finding])

  if (stored.data) await changeHistory.addEndingOnce(stored.data, options.history)
  if (mayHaveRow) await locks.removePlaceHolder(key)
  if (!(await data.deleteUnchanged(key, stored.text))) throw new RefusedError()
  return [{ ...finding, repaired: true }]
}

/** Whether a reference beside us may be about to write the row. What has no time is nobody's unfinished work. */
function isYoung(text: string, now: number, graceSeconds: number): boolean {
  if (graceSeconds === 0) return false
  try {
    return Fernet.encryptedAt(text) > now - graceSeconds
  } catch {
    return false
  }
}

function findingsOf(family: Family): AuditFinding[] {
  const { top, parent, own } = family
  const { token: key, username } = top.info
  const find = (kind: FindingKind, message: string, details = {}, repairable = true) =>
    findingOf(kind, key, username, message, details, repairable)
  const found: AuditFinding[] = []

  if (top.orphaned) found.push(find('orphaned', 'has lost its parent'))
  if (!own) return [...found, find('only-in-database', 'is listed in the database, but not valid')]
  if (!own.data) return [...found, find('malformed', 'has data that cannot be read')]

  const mismatches = mismatchesOf(top.info, own.data)
  if (mismatches.length > 0) {
    const repairable = mismatches.some((field) => field !== 'created')
    found.push(
      find('mismatch', `differs between the stores: ${mismatches.join(', ')}`, { mismatches }, repairable),
    )
  }
  if (!secretIsCommitted(top, own.data))
    found.push(find('secret-mismatch', 'has a secret that the database does not know'))
  if (parent && endsAfter(top.info.expires, parent.expires)) {
    const details = { expires: top.info.expires, parentExpires: parent.expires }
    found.push(find('outlives-parent', 'ends after its parent', details))
  }
  if (parent && !isSubset(top.info.scopes, parent.scopes)) {
    found.push(find('exceeds-parent', 'has scopes that its parent does not have'))
  }
  return found
}

/** What is to be done about a token, with what is needed for it. */
type Plan =
  | { action: 'end' }
  | { action: 'narrow'; target: Privilege; secret: string }
  | { action: 'restore-secret'; own: StoredTokenData; restored: TokenData }
  | { action: 'nothing' }

function planOf({ top, parent, own }: Family, { afterLoss }: ExamineOptions): Plan {
  const data = own?.data
  const secret = data && committedSecret(data, top.secretDigest)
  if (top.orphaned || !data || !secret || !sameIdentity(top.info, data)) return { action: 'end' }
  if (afterLoss && !secretIsCommitted(top, data)) return { action: 'end' }
  const target = intersect(intersect(top.info, data), parent ?? top.info)
  if (!samePrivilege(target, top.info) || !samePrivilege(target, data)) {
    return { action: 'narrow', target, secret }
  }
  if (secret === data.token.secret) return { action: 'nothing' }
  return { action: 'restore-secret', own, restored: withSecret(data, secret) }
}

function repairBy(plan: Plan, { locked }: Family): AuditRepair | null {
  const tokens = locked.length
  switch (plan.action) {
    case 'end':
      return { action: 'end', tokens }
    case 'narrow':
      return { action: 'narrow', tokens, ...plan.target }
    case 'restore-secret':
      return { action: 'restore-secret' }
    case 'nothing':
      return null
  }
}

async function carryOut(
  plan: Plan,
  operation: Operation,
  family: Family,
  history: HistoryContext,
): Promise<void> {
  if (plan.action === 'end') await endSubtree(operation, family, history)
  else if (plan.action === 'narrow') await lowerSubtree(operation, family, plan, history)
  else if (plan.action === 'restore-secret') await putSecretBack(operation, plan.own, plan.restored)
}

async function endSubtree(
  operation: Operation,
  { locked, top, own }: Family,
  history: HistoryContext,
): Promise<void> {
  const { tokens, data } = operation
  const key = top.info.token
  const below = locked.map(({ info }) => info.token).filter((one) => one !== key)
  await tokens.deleteRows(await endingsOf(locked), 'revoke', history)
  // All at once: between two commands, those below would live without what they were derived from.
  if (!own) await data.delete([key, ...below])
  else if (!(await data.deleteUnchanged(key, own.text, below))) throw new RefusedError()
}

/** Row, and every row below, within what row, value and parent have in common; every value written anew. */
async function lowerSubtree(
  operation: Operation,
  { locked, stored, top }: Family,
  { target, secret }: { target: Privilege; secret: string },
  history: HistoryContext,
): Promise<void> {
  const rows: TokenChangeRow[] = locked.map(({ info }, index) => {
    const lowered = intersect(info, target)
    const change = describeChange(info, lowered) ?? { info }
    return index === 0 ? change : { ...change, ancestor: top.info.token, cause: 'narrowed' as const }
  })
  const changed = rows.filter((row) => Object.hasOwn(row, 'oldScopes') || Object.hasOwn(row, 'oldExpires'))
  // Also where no row changes: an SQL statement after the values were read proves that the locks are still held.
  if (changed.length > 0) await operation.tokens.modifyRows(changed, history)
  else await operation.tokens.getInfo(top.info.token)
  const [own, ...below] = stored
  const restored = own?.data ? { ...own, data: withSecret(own.data, secret) } : null
  await lowerValues(operation, locked, [restored, ...below], rows)
}

async function putSecretBack(
  { tokens, data }: Operation,
  own: StoredTokenData,
  restored: TokenData,
): Promise<void> {
  await tokens.getInfo(restored.token.key)
  if (!(await data.replace(own.text, restored))) throw new RefusedError()
}

/** The fields in which row and value differ (spec/token-service.md §8). */
export function mismatchesOf(info: TokenInfo, data: TokenData): string[] {
  return [
    info.username !== data.username && 'username',
    info.tokenType !== data.tokenType && 'token_type',
    info.service !== data.service && 'service',
    !sameScopes(info.scopes, data.scopes) && 'scopes',
    info.created !== data.created && 'created',
    info.expires !== data.expires && 'expires',
  ].filter((field) => field !== false)
}

function sameIdentity(info: TokenInfo, data: TokenData): boolean {
  return info.username === data.username && info.tokenType === data.tokenType && info.service === data.service
}

/** Whether the value's secret is the committed one; a row of the reference's making has no say. */
export function secretIsCommitted(
  { secretDigest: digest }: { secretDigest: Uint8Array | null },
  data: TokenData,
): boolean {
  if (digest === null) return data.previous.length === 0
  return secretDigest(data.token.secret).equals(digest)
}

function findingOf(
  kind: FindingKind,
  key: string,
  username: string | null,
  what: string,
  details: Record<string, unknown> = {},
  repairable = true,
): AuditFinding {
  const owner = username === null ? '' : ` of ${username}`
  return {
    kind,
    key,
    username,
    message: `Token \`${key}\`${owner} ${what}`,
    details,
    repairable,
    repair: null,
    repaired: false,
  }
}
