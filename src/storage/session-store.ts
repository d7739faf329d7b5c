import { type Kysely, sql } from 'kysely'
import { type Database, timestamp } from './schema.ts'

/** What is known of a session's beginning, beside its token. */
export interface SessionOrigin {
  /** Key of its token. */
  token: string
  /** Whole seconds since the epoch. */
  created: number
  ipAddress: string | null
  /** What the browser calls itself, cut to 512 characters. */
  userAgent: string | null
  /** By which the login provider knows it; null: it does not. */
  upstream: { issuer: string; subject: string; sessionId: string | null } | null
}

/** A session that can be used. Times in whole seconds since the epoch. */
export interface Session {
  /** Key of its token. */
  token: string
  created: number
  expires: number | null
  lastUsed: number | null
  /** Where it was begun; both null for a session of the reference's making. */
  ipAddress: string | null
  userAgent: string | null
}

export const MAXIMUM_USER_AGENT_LENGTH = 512

/** Sessions, beside their tokens: who began them, where and with what. */
export class SessionStore {
  readonly #trx: Kysely<Database>

  constructor(trx: Kysely<Database>) {
    this.#trx = trx
  }

  async add({ token, created, ipAddress, userAgent, upstream }: SessionOrigin): Promise<void> {
    await this.#trx
      .insertInto('porthor_session')
      .values({
        token,
        created: timestamp(created),
        ip_address: ipAddress,
        user_agent: userAgent,
        upstream_issuer: upstream?.issuer ?? null,
        upstream_subject: upstream?.subject ?? null,
        upstream_session: upstream?.sessionId ?? null,
      })
      .execute()
  }

  /** Those of a user that have not expired, newest first. */
  async list(username: string, now: number): Promise<Session[]> {
    const { rows } = await sql<Session>`
      SELECT token.token, token.created, token.expires, token.last_used AS "lastUsed",
        host(session.ip_address) AS "ipAddress", session.user_agent AS "userAgent"
      FROM token LEFT JOIN porthor_session session ON session.token = token.token
      WHERE token.username = ${username} AND token.token_type = 'session'
        AND (token.expires IS NULL OR token.expires > ${timestamp(now)})
      ORDER BY token.created DESC, token.token`.execute(this.#trx)
    return rows
  }

  /**
   * Sessions that a login provider names, by its subject, by its own name for the session, or by both.
   *
   * @returns Username and key of the token of each.
   */
  async findUpstream(upstream: {
    issuer: string
    subject: string | null
    sessionId: string | null
  }): Promise<{ username: string; token: string }[]> {
    const { issuer, subject, sessionId } = upstream
    return this.#trx
      .selectFrom('porthor_session as session')
      .innerJoin('token', 'token.token', 'session.token')
      .select(['token.username', 'token.token'])
      .where('upstream_issuer', '=', issuer)
      .$if(subject !== null, (query) => query.where('upstream_subject', '=', subject))
      .$if(sessionId !== null, (query) => query.where('upstream_session', '=', sessionId))
      .execute()
  }

  /**
   * Deletes what belongs to tokens that are gone.
   *
   * @param after - Key after which to look; empty: from the beginning.
   * @returns The key after which to go on; null: that was the end.
   */
  async deleteEnded(
    after: string,
    limit: number,
    before: number,
  ): Promise<{ deleted: number; next: string | null }> {
    const { rows } = await sql<{ token: string; isEnded: boolean }>`
      SELECT session.token, token.token IS NULL AS "isEnded"
      FROM porthor_session session LEFT JOIN token ON token.token = session.token
      WHERE session.token > ${after} AND session.created < ${timestamp(before)}
      ORDER BY session.token LIMIT ${limit}`.execute(this.#trx)
    const ended = rows.filter(({ isEnded }) => isEnded).map(({ token }) => token)
    if (ended.length > 0) await this.#trx.deleteFrom('porthor_session').where('token', 'in', ended).execute()
    return { deleted: ended.length, next: rows.length < limit ? null : (rows.at(-1)?.token ?? null) }
  }
}
