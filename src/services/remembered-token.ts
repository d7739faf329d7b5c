import { Token } from '../models/token.ts'
import type { VerifiedEntry } from './verified-cache.ts'

/**
 * A token that is kept, to be verified again and again. What it was found to be is kept with it: as long as that holds, nothing
 * is looked up, and the secrets need not be compared anew.
 */
export class RememberedToken extends Token {
  /** The entry whose secret is this token's; for the verifier alone. Null: not known. */
  verified: VerifiedEntry | null = null

  static of({ key, secret }: Token): RememberedToken {
    return new RememberedToken(key, secret)
  }
}
