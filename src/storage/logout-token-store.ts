import type { Kysely } from 'kysely'
import { type Database, timestamp } from './schema.ts'

/** Logout tokens that were obeyed (OpenID Connect Back-Channel Logout 1.0 §2.6): none is obeyed twice. */
export class LogoutTokenStore {
  readonly #trx: Kysely<Database>

  constructor(trx: Kysely<Database>) {
    this.#trx = trx
  }

  /** Whether a logout token was obeyed before. */
  async has(issuer: string, tokenId: string): Promise<boolean> {
    const row = await this.#trx
      .selectFrom('porthor_logout_token')
      .select('token_id')
      .where('issuer', '=', issuer)
      .where('token_id', '=', tokenId)
      .executeTakeFirst()
    return row !== undefined
  }

  /**
   * @param tokenId - Its `jti`, which its issuer gives to no other.
   * @param expires - Whole seconds since the epoch: from when on it is refused by itself.
   * @returns False: it was there already.
   */
  async add(issuer: string, tokenId: string, expires: number): Promise<boolean> {
    const row = await this.#trx
      .insertInto('porthor_logout_token')
      .values({ issuer, token_id: tokenId, expires: timestamp(expires) })
      .onConflict((conflict) => conflict.columns(['issuer', 'token_id']).doNothing())
      .returning('token_id')
      .executeTakeFirst()
    return row !== undefined
  }

  async deleteExpired(now: number): Promise<void> {
    await this.#trx.deleteFrom('porthor_logout_token').where('expires', '<=', timestamp(now)).execute()
  }
}
