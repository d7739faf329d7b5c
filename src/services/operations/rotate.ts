import type { HistoryContext } from '../../models/change-history.ts'
import { NotFoundError, StoreUnavailableError } from '../../models/errors.ts'
import { equalSecrets, secretDigest, Token } from '../../models/token.ts'
import type { PreviousSecret, TokenData } from '../../models/token-data.ts'
import { type Operation, type Operations, RefusedError } from '../operation.ts'
import { checkMaker, hasEnded, type Maker } from './create.ts'

/**
 * Gives a token a new secret; key, name, scopes and kinship stay (PROTOCOLS.md §4.4). The old one, and any that
 * is still accepted from before, for `overlapSeconds` more at most.
 *
 * @returns The whole token with its new secret.
 * @param maker - Null: whoever asks is in no store.
 * @throws {NotFoundError} There is no such token, or it has expired.
 * @throws {InvalidTokenError} The token with which it was asked for has been revoked meanwhile.
 * @throws {InvalidScopesError} The token has scopes that the one with which it was asked for does not have.
 */
export async function rotate(
  operations: Operations,
  key: string,
  overlapSeconds: number,
  history: HistoryContext,
  maker: Maker | null,
): Promise<Token> {
  const rotated = Token.withKey(key)
  return operations.run<Token>(
    async (operation) => {
      const { tokens, data, now } = operation
      const row = await lockForMaker(operation, key, maker)
      if (!row || hasEnded(row.info, now)) throw notFound()
      const [stored] = await data.get([key])
      if (!stored?.data) throw notFound()
      const committed = committedSecret(stored.data, row.secretDigest)
      if (!committed)
        throw new StoreUnavailableError('The stores disagree about this token; the audit repairs it')

      await tokens.replaceSecret(key, rotated.secret, history)
      const until = now + overlapSeconds
      // No earlier secret outlives the overlap that is asked for now: without one, all of them end.
      const earlier = stored.data.previous
        .filter((other) => other.until > now && other.secret !== committed)
        .map((other) => ({ ...other, until: Math.min(other.until, until) }))
        .filter((other) => other.until > now)
      const previous = [{ secret: committed, until }, ...earlier]
      if (!(await data.replace(stored.text, { ...stored.data, token: rotated, previous })))
        throw new RefusedError()
      return rotated
    },
    { settle: (operation) => settleRotation(operation, rotated) },
  )
}

/** The token's row and its maker's, in the order of locks: what is rotated has no parent, and comes before what has one. */
async function lockForMaker(operation: Operation, key: string, maker: Maker | null) {
  const { locks } = operation
  const isMakerFirst = maker !== null && maker.key < key && (await locks.parentOf(maker.key)) === null
  if (isMakerFirst) await locks.shareToken(maker.key)
  const row = await locks.lockToken(key)
  if (row && maker) await checkMaker(operation, maker, row.info)
  return row
}

/**
 * The secret that the database has committed: that of the value, or the first previous one where a rotation did not get
 * to its COMMIT.
 *
 * @param digest - Null (a row of the reference's making): the value's own, unless it says that it was rotated.
 * @returns Null: neither is.
 */
export function committedSecret(data: TokenData, digest: Uint8Array | null): string | null {
  const [first] = data.previous
  if (digest === null) return first ? first.secret : data.token.secret
  const matches = (secret: string) => secretDigest(secret).equals(digest)
  if (matches(data.token.secret)) return data.token.secret
  return first && matches(first.secret) ? first.secret : null
}

/** The value with the committed secret in its place again, the others gone. */
export function withSecret(data: TokenData, secret: string): TokenData {
  const previous: readonly PreviousSecret[] = data.previous.filter(
    (other) => !equalSecrets(other.secret, secret),
  )
  return { ...data, token: new Token(data.token.key, secret), previous }
}

async function settleRotation(operation: Operation, rotated: Token) {
  const row = await operation.locks.lockToken(rotated.key)
  if (row?.secretDigest && secretDigest(rotated.secret).equals(row.secretDigest))
    return operation.rollback(rotated)
  throw new StoreUnavailableError('The secret was not rotated; try again')
}

function notFound(): NotFoundError {
  return new NotFoundError('Token not found', { location: ['path', 'key'] })
}
