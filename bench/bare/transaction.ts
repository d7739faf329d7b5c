import { type BareStores, type Client, giveBack, type RedisLink, takeRedis } from './stores.ts'
import { redisValues, sqlValues, type TokenValues } from './token-values.ts'

const FENCE = 7_061_748_000n
const TIMEOUTS = `set_config('lock_timeout', '5s', true), set_config('statement_timeout', '60s', true),
  set_config('idle_in_transaction_session_timeout', '15s', true)`

/** The frame of every operation: BEGIN, fence, identity, the work, COMMIT (PROTOCOLS.md §2 and §3). */
export async function inTransaction<T>(
  stores: BareStores,
  work: (client: Client, values: TokenValues) => Promise<T>,
): Promise<T> {
  const link = await takeRedis(stores)
  const client = await stores.pool.connect()
  try {
    await client.query('BEGIN')
    await enter(client, link)
    const outcome = await work(client, link ? redisValues(link.client) : sqlValues(client))
    await client.query('COMMIT')
    return outcome
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
    giveBack(stores, link)
  }
}

async function enter(client: Client, link: RedisLink | null): Promise<void> {
  if (!link) {
    await client.query(`SELECT ${TIMEOUTS}`)
    return
  }
  await client.query(`SELECT ${TIMEOUTS}, pg_advisory_xact_lock_shared($1)`, [FENCE])
  const { rows } = await client.query('SELECT identity FROM porthor_redis')
  if (rows[0]?.identity !== link.identity) throw new Error('This Redis is not blessed')
}

/** Locks a token with all below it, ancestors first; listed again until nothing is new (PROTOCOLS.md §3). */
export async function lockSubtree(client: Client, top: string) {
  let keys = ''
  for (;;) {
    const { rows } = await client.query(
      `WITH RECURSIVE tree(key, depth) AS (
        SELECT $1::varchar COLLATE "C", 0
        UNION ALL
        SELECT subtoken.child COLLATE "C", tree.depth + 1
        FROM subtoken JOIN tree ON subtoken.parent = tree.key COLLATE "default"
        WHERE tree.depth < 100000
      )
      SELECT token.*, parent FROM tree JOIN token ON token.token = tree.key
      LEFT JOIN subtoken ON subtoken.child = token.token COLLATE "default"
      ORDER BY depth, token FOR UPDATE OF token`,
      [top],
    )
    const again = rows.map((row) => row.token).join()
    if (again === keys) return rows
    keys = again
  }
}
