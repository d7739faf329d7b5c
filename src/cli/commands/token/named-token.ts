import { text } from 'node:stream/consumers'
import type { Porthor } from '../../../composition.ts'
import { UnknownToDatabaseError } from '../../../models/errors.ts'
import { type NamedToken, parseNamedToken } from '../../arguments.ts'
import { CommandError } from '../../exit-codes.ts'
import type { Shell } from '../../shell.ts'

/** The argument that names a token, for every command that takes one. */
export const KEY_ARGUMENT = [
  '<key>',
  'its key, or the whole token; -: read it from the input stream',
] as const

/** @throws {UsageError} It is neither a key nor a token. */
export async function readNamedToken(shell: Shell, argument: string): Promise<NamedToken> {
  return parseNamedToken(argument === '-' ? (await text(shell.stdin)).trim() : argument)
}

/**
 * Whose token it is.
 *
 * @throws {CommandError} The database does not know it, nor does the other store if the whole token is given.
 */
export async function ownerOf(porthor: Porthor, { key, token }: NamedToken): Promise<string> {
  try {
    return (await porthor.tokens.getOwnTokenInfo(key)).username
  } catch (error) {
    if (!(error instanceof UnknownToDatabaseError)) throw error
  }
  const verification = token && (await porthor.verifier.verify(token))
  if (verification && verification.kind !== 'unknown') return verification.data.username
  throw new CommandError(`There is no token ${key}`)
}
