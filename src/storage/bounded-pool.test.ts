import type { Socket } from 'node:net'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { postgresAvailable, postgresServerUrl } from '../../tests/support/postgres.ts'
import { startSilentProxy } from '../../tests/support/silent-proxy.ts'
import { boundedPool } from './bounded-pool.ts'
import { isConnectionError } from './database-errors.ts'

describe.skipIf(postgresAvailable() !== true)('a bounded pool', () => {
  async function open(milliseconds: number) {
    const { hostname, port } = new URL(postgresServerUrl())
    const proxy = await startSilentProxy({ host: hostname, port: Number(port) })
    const url = new URL(postgresServerUrl())
    url.port = String(proxy.port)
    const pool = new pg.Pool({ connectionString: url.href, max: 1 })
    pool.on('error', () => {})
    pool.on('connect', (client) => client.on('error', () => {}))
    const db = new Kysely<unknown>({
      dialect: new PostgresDialect({ pool: boundedPool(pool, milliseconds) }),
    })
    onTestFinished(async () => {
      await db.destroy()
      await proxy.close()
    })
    return { db, proxy }
  }

  it('gives up a connection that has fallen silent, and makes another', async () => {
    const { db, proxy } = await open(300)
    await sql`SELECT 1`.execute(db)
    proxy.fallSilent()
    const error: unknown = await sql`SELECT 1`.execute(db).catch((thrown) => thrown)
    expect(isConnectionError(error)).toBe(true)
    proxy.speakAgain()
    expect((await sql`SELECT 2 AS two`.execute(db)).rows).toEqual([{ two: 2 }])
  })

  it('waits for a change to the schema, and for whoever makes one', async () => {
    const { db } = await open(50)
    await sql`CREATE TEMPORARY TABLE slow AS SELECT 1 AS one FROM pg_sleep(0.2)`.execute(db)
    await sql`SELECT pg_sleep(0.2), pg_advisory_xact_lock(4711)`.execute(db)
    await expect(sql`SELECT pg_sleep(0.2)`.execute(db)).rejects.toThrow()
  })

  it('reads a large result in many turns of the event loop, so that requests are answered in between', async () => {
    const pool = new pg.Pool({ connectionString: postgresServerUrl(), max: 1 })
    let readsThisTurn = 0
    let turns = 0
    let mostReads = 0
    const count = () => {
      readsThisTurn = 0
      turns++
    }
    pool.on('connect', (client) => {
      const { connection } = client as unknown as { connection: { stream: Socket } }
      connection.stream.on('data', (chunk: Buffer) => {
        if (chunk.length < 65_536) return
        if (readsThisTurn === 0) setImmediate(count)
        readsThisTurn++
        mostReads = Math.max(mostReads, readsThisTurn)
      })
    })
    const client = await boundedPool(pool, 10_000).connect()
    const { rows } = await client.query(
      `SELECT number, repeat('x', 1000) FROM generate_series(1, 20000) AS number`,
      [],
    )
    client.release()
    await pool.end()
    expect(rows).toHaveLength(20_000)
    expect(turns).toBeGreaterThan(0)
    expect(mostReads).toBe(1)
  })
})
