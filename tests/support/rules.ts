import { intersect, isWithin, type Privilege, samePrivilege } from '../../src/models/privilege.ts'
import { sameScopes } from '../../src/models/scopes.ts'
import { equalSecrets, secretDigest, Token } from '../../src/models/token.ts'
import type { TokenData } from '../../src/models/token-data.ts'
import type { Verification } from '../../src/services/verifier.ts'
import type { Snapshot, SnapshotEntry, SnapshotRow } from './store-snapshot.ts'

/*
 * The four rules of DESIGN.md, asked of what both stores say at one moment, whatever has happened before. Each answer
 * names the rule, the token and the trouble; none is what there should be.
 */

/** A token that somebody holds, and what a verification from outside says of it. */
export interface Held {
  token: Token
  verification: Verification
}

/** What a verification without memory would say. */
export function heldBy(snapshot: Snapshot, texts: readonly string[]): Held[] {
  return texts.map((text) => {
    const token = Token.parse(text)
    return { token, verification: verificationOf(snapshot, token) }
  })
}

function verificationOf({ values, now, frozenMarks }: Snapshot, { key, secret }: Token): Verification {
  const data = values.get(key)
  const fits =
    data &&
    (equalSecrets(data.token.secret, secret) ||
      data.previous.some((other) => equalSecrets(other.secret, secret) && other.until > now))
  if (!data || !fits) return { kind: 'unknown' }
  return { kind: frozenMarks.includes(data.username) ? 'frozen' : 'valid', data }
}

/** What may never be the case, not for a moment, wherever a process died and whatever runs. */
export function brokenRules(snapshot: Snapshot, held: readonly Held[]): string[] {
  const entries = entriesByKey(snapshot)
  return [
    ...[...snapshot.values].flatMap(([key, value]) => brokenByValue(snapshot, entries, key, value)),
    ...held.flatMap((one) => brokenByHolder(snapshot, entries, one)),
    ...[...snapshot.rows.values()].flatMap((row) => brokenKinship(snapshot, row)),
    ...brokenHistory(snapshot, entries),
    ...snapshot.frozenUsers
      .filter((username) => !snapshot.frozenMarks.includes(username))
      .map((username) => `rule 1: ${username} is frozen, and not marked as such`),
  ]
}

/** What has to be the case besides, once nothing runs any more and the reconciler has been through. */
export function disagreements(snapshot: Snapshot, held: readonly Held[]): string[] {
  const { rows, values, now } = snapshot
  const live = [...rows.values()].filter(({ expires }) => expires === null || expires > now)
  return [
    ...live.filter(({ key }) => !values.has(key)).map(({ key }) => `agreement: ${key} has a row and no data`),
    ...[...values.keys()]
      .filter((key) => !rows.has(key))
      .map((key) => `agreement: ${key} has data and no row`),
    ...live.flatMap((row) => disagreement(row, values.get(row.key))),
    ...held.flatMap((one) => unusable(snapshot, one)),
    ...(snapshot.frozenUsers.join() === snapshot.frozenMarks.join()
      ? []
      : [`agreement: frozen are ${snapshot.frozenUsers}, marked ${snapshot.frozenMarks}`]),
  ]
}

function brokenByValue(
  { rows, values }: Snapshot,
  entries: Map<string, SnapshotEntry[]>,
  key: string,
  value: TokenData | null,
): string[] {
  if (hasEnded(entries.get(key))) return [`rule 1: ${key} has ended and has data`]
  const row = rows.get(key)
  if (!value || !row) return []
  const parent = row.kinship?.parent
  return [
    ...(isWithin(value, row) ? [] : [`rule 2: the data of ${key} is above its row`]),
    ...(knowsCommittedSecret(value, row) ? [] : [`rule 1: ${key} is used by a secret that was replaced`]),
    ...(row.kinship && (!parent || !values.has(parent))
      ? [`rule 4: ${key} has data, and its parent has none`]
      : []),
  ]
}

/** A rotation that is under way has the committed secret as the first previous one. */
function knowsCommittedSecret(
  { token, previous }: TokenData,
  { secretDigest: digest }: SnapshotRow,
): boolean {
  if (digest === null || digestOf(token) === digest) return true
  return previous[0] !== undefined && secretDigest(previous[0].secret).toString('hex') === digest
}

function brokenByHolder(
  { rows, now }: Snapshot,
  entries: Map<string, SnapshotEntry[]>,
  { token: { key }, verification }: Held,
): string[] {
  if (verification.kind === 'unknown') return []
  if (hasEnded(entries.get(key))) return [`rule 1: ${key} has ended and verifies`]
  const row = rows.get(key)
  if (!row) return [`rule 2: ${key} verifies and has no row`]
  const { data } = verification
  const last = entries.get(key)?.at(-1)
  return [
    ...(isWithin(data, row) ? [] : [`rule 2: ${key} verifies as more than its row says`]),
    ...(last && !isWithin(data, last) ? [`rule 2: ${key} verifies as more than its history says`] : []),
    ...(data.expires !== null && data.expires <= now ? [`rule 2: ${key} verifies after its end`] : []),
  ]
}

function brokenKinship({ rows }: Snapshot, row: SnapshotRow): string[] {
  if (!row.kinship) return []
  const parent = row.kinship.parent === null ? null : rows.get(row.kinship.parent)
  if (!parent) return [`rule 4: ${row.key} has lost its parent`]
  return isWithin(row, parent) ? [] : [`rule 4: ${row.key} exceeds its parent`]
}

function brokenHistory({ rows }: Snapshot, entries: Map<string, SnapshotEntry[]>): string[] {
  const unrecorded = [...rows.keys()]
    .filter((key) => !entries.has(key))
    .map((key) => `rule 3: ${key} has no history`)
  return [...unrecorded, ...[...entries].flatMap(([key, own]) => untrue(key, own, rows.get(key)))]
}

/** Follows the entries of one token from its creation to its row. */
function untrue(key: string, entries: readonly SnapshotEntry[], row: SnapshotRow | undefined): string[] {
  const problems: string[] = []
  let state: SnapshotEntry | null = null
  let ended = false
  for (const entry of entries) {
    if (ended) problems.push(`rule 3: ${key} has a history after its end`)
    if (entry.action === 'create' && state) problems.push(`rule 3: ${key} was created twice`)
    if (state && !follows(entry, state))
      problems.push(`rule 3: an entry of ${key} does not follow from the one before`)
    ended = isEnding(entry)
    state = entry
  }
  if (!ended && !row) problems.push(`rule 3: ${key} is gone, and no entry says so`)
  if (ended && row) problems.push(`rule 3: ${key} has ended and has a row`)
  if (!ended && row && state && !(samePrivilege(state, row) && state.tokenName === row.tokenName))
    problems.push(`rule 3: the last entry of ${key} is not what its row says`)
  return problems
}

/** Whether an entry says of the state before it what the one before says. */
function follows(entry: SnapshotEntry, before: SnapshotEntry): boolean {
  if (isEnding(entry)) return samePrivilege(entry, before) && entry.tokenName === before.tokenName
  const expiresChanged = entry.oldExpires !== null || (before.expires === null && entry.expires !== null)
  return (
    (entry.oldTokenName ?? entry.tokenName) === before.tokenName &&
    sameScopes(entry.oldScopes ?? entry.scopes, before.scopes) &&
    (expiresChanged ? entry.oldExpires : entry.expires) === before.expires
  )
}

function disagreement(row: SnapshotRow, value: TokenData | null | undefined): string[] {
  if (value === undefined) return []
  if (!value) return [`agreement: the data of ${row.key} cannot be read`]
  return [
    ...(samePrivilege(row, value) ? [] : [`agreement: row and data of ${row.key} differ`]),
    ...(row.secretDigest === null || row.secretDigest === digestOf(value.token)
      ? []
      : [`agreement: the secret of ${row.key} is not the committed one`]),
  ]
}

/** Whoever holds the secret that the database has committed can use it. */
function unusable({ rows, now, frozenUsers }: Snapshot, { token, verification }: Held): string[] {
  const row = rows.get(token.key)
  if (row?.secretDigest !== digestOf(token) || frozenUsers.includes(row.username)) return []
  if (row.expires !== null && row.expires <= now) return []
  return verification.kind === 'valid' ? [] : [`loss: ${token.key} is in order and does not verify`]
}

/**
 * What became of the tokens that were there before an operation which did not get to its end: each is as it was, as the
 * operation would have made it, or what both have in common.
 */
export function losses(before: Snapshot, after: Snapshot, now: Snapshot): string[] {
  return [...before.rows.values()].flatMap((was) => {
    const is = now.rows.get(was.key)
    const wouldBe = after.rows.get(was.key)
    if (!is) return wouldBe ? [`loss: ${was.key} is gone, and nobody ended it`] : []
    const allowed: Privilege[] = wouldBe ? [was, wouldBe, intersect(was, wouldBe)] : [was]
    return [
      ...(allowed.some((privilege) => samePrivilege(privilege, is))
        ? []
        : [`loss: ${was.key} is neither as it was nor as it should be`]),
      ...([was.tokenName, wouldBe?.tokenName].includes(is.tokenName) ? [] : [`loss: the name of ${was.key}`]),
    ]
  })
}

function entriesByKey({ history }: Snapshot): Map<string, SnapshotEntry[]> {
  return Map.groupBy(history, ({ key }) => key)
}

function hasEnded(entries: readonly SnapshotEntry[] | undefined): boolean {
  const last = entries?.at(-1)
  return last !== undefined && isEnding(last)
}

function isEnding({ action }: SnapshotEntry): boolean {
  return action === 'revoke' || action === 'expire'
}

function digestOf({ secret }: Token): string {
  return secretDigest(secret).toString('hex')
}
