import type { Kysely } from 'kysely'
import { joinScopes, type Scopes, splitScopes } from '../models/scopes.ts'
import { type Database, timestamp } from './schema.ts'

/** For whom a one-time login link opens a session, and with which scopes. */
export interface LoginLink {
  username: string
  scopes: Scopes
}

/** One-time login links, known by the SHA-256 of their secrets alone. */
export class LoginLinkStore {
  readonly #trx: Kysely<Database>

  constructor(trx: Kysely<Database>) {
    this.#trx = trx
  }

  /** @param expires - Whole seconds since the epoch. */
  async add(digest: Buffer, { username, scopes }: LoginLink, expires: number): Promise<void> {
    await this.#trx
      .insertInto('porthor_login_link')
      .values({ digest, username, scopes: joinScopes(scopes), expires: timestamp(expires) })
      .execute()
  }

  /** @returns Null: there is none that can still be used. */
  async get(digest: Buffer, now: number): Promise<LoginLink | null> {
    const row = await this.#trx
      .selectFrom('porthor_login_link')
      .select(['username', 'scopes'])
      .where('digest', '=', digest)
      .where('expires', '>', timestamp(now))
      .executeTakeFirst()
    return row ? { username: row.username, scopes: splitScopes(row.scopes) } : null
  }

  /** Uses it up: of any number who take the same link at once, one gets it. @returns Null: none, or no longer. */
  async take(digest: Buffer, now: number): Promise<LoginLink | null> {
    const row = await this.#trx
      .deleteFrom('porthor_login_link')
      .where('digest', '=', digest)
      .where('expires', '>', timestamp(now))
      .returning(['username', 'scopes'])
      .executeTakeFirst()
    return row ? { username: row.username, scopes: splitScopes(row.scopes) } : null
  }

  async deleteExpired(now: number): Promise<void> {
    await this.#trx.deleteFrom('porthor_login_link').where('expires', '<=', timestamp(now)).execute()
  }
}
