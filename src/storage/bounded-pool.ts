import type { Socket } from 'node:net'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type pg from 'pg'

/** These may take as long as they take: changes to the schema, whole tables, and waiting for somebody who does that. */
const UNBOUNDED = /^\s*(create|alter|drop|truncate)\b|\bpg_advisory(_xact)?_lock\(/i

/**
 * The pool, for Kysely; a statement that is not answered for so long costs its connection. PostgreSQL ends what is too slow
 * by itself, and says so: silence means that the network has lost it, which TCP alone notices after a quarter of an hour.
 */
export function boundedPool(pool: pg.Pool, milliseconds: number): PostgresPool {
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect()
      const bounded = clients.get(client) ?? boundedClient(client, milliseconds)
      clients.set(client, bounded)
      return bounded
    },
    end: () => pool.end(),
  }
}

function boundedClient(client: pg.PoolClient, milliseconds: number): PostgresPoolClient {
  readInTurns(streamOf(client))
  async function query(text: string, parameters: readonly unknown[]) {
    const timer = UNBOUNDED.test(text) ? undefined : setTimeout(() => cut(client), milliseconds)
    try {
      return await client.query(text, [...parameters])
    } finally {
      clearTimeout(timer)
    }
  }
  return {
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy),
  }
}

/** So much fills a read: there is more to come. */
const WHOLE_READ_BYTES = 65_536

/**
 * Otherwise a large result is read, and its rows made, megabytes in one turn of the event loop, and requests wait for that.
 */
function readInTurns(stream: Socket): void {
  stream.on('data', (chunk: Buffer) => {
    if (chunk.length < WHOLE_READ_BYTES) return
    stream.pause()
    setImmediate(() => stream.resume())
  })
}

/** Its statements end with an error; the pool takes it back no more. */
function cut(client: pg.PoolClient): void {
  streamOf(client).destroy()
}

function streamOf(client: pg.PoolClient): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream
}
