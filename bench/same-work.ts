import { isDeepStrictEqual } from 'node:util'
import type { Subject } from './subject.ts'

/** @throws The two subjects have left different things: one of them did more than the other. */
export async function expectSameWork(one: Subject, other: Subject, phase: string): Promise<void> {
  const [left, right] = [await traces(one), await traces(other)]
  if (isDeepStrictEqual(left, right)) return
  throw new Error(`${phase}: not the same work: ${JSON.stringify({ [one.name]: left, [other.name]: right })}`)
}

async function traces({ stores }: Subject) {
  const tokens = await stores.query(`
    SELECT username, token_type, count(*)::int AS tokens, count(expires)::int AS ends, sum(length(scopes))::int AS scopes,
      count(secret_digest)::int AS digests, sum(length(token_name))::int AS names
    FROM token GROUP BY username, token_type ORDER BY username, token_type`)
  const kinships = await stores.query('SELECT count(*)::int AS kinships FROM subtoken')
  const history = await stores.query(`
    SELECT action, cause, actor, count(*)::int AS entries, count(parent)::int AS parents, count(ancestor)::int AS ancestors,
      count(ip_address)::int AS addresses, count(old_scopes)::int AS "oldScopes", count(old_token_name)::int AS "oldNames"
    FROM token_change_history WHERE actor IN ('admin', '<internal>') OR action <> 'create'
    GROUP BY action, cause, actor ORDER BY action, cause, actor`)
  const values = stores.redis
    ? await stores.redis([['DBSIZE']])
    : await stores.query('SELECT count(*)::int AS values FROM porthor_token_data')
  return { tokens, kinships, history, values }
}
