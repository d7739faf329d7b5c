import type { HistoryMoment } from '../storage/change-history-store.ts'
import type { DatabasePosition } from '../storage/database-position.ts'
import type { RedisConnection } from '../storage/redis/redis-connection.ts'

const HEARTBEAT = 'porthor:heartbeat'
const UNKNOWN = '-'

/** What a Redis remembers of the database that last marked it as recent (PROTOCOLS.md §7). */
export interface Heartbeat extends HistoryMoment {
  /** Null: a mark of an older Porthor. */
  position: DatabasePosition | null
}

/** Null: there is none, or one without an entry, which says too little. */
export async function readHeartbeat(connection: RedisConnection): Promise<Heartbeat | null> {
  const text = await connection.send<string | null>('GET', HEARTBEAT)
  const [time, entry, lineage, written] = text?.split(' ') ?? []
  if (time === undefined || entry === undefined) return null
  const position =
    lineage === undefined
      ? null
      : { lineage, written: /^\d+$/.test(written ?? '') ? BigInt(written ?? '') : null }
  return { time: Number(time), entry: Number(entry), position }
}

export async function writeHeartbeat(connection: RedisConnection, heartbeat: Heartbeat): Promise<void> {
  const { time, entry, position } = heartbeat
  const database = position ? ` ${position.lineage} ${position.written ?? UNKNOWN}` : ''
  await connection.send('SET', HEARTBEAT, `${time} ${entry}${database}`)
}

/** Whether Redis remembers more of this very database than it has: it came back older than it was. */
export function isBehind(here: DatabasePosition, heartbeat: Heartbeat | null): boolean {
  const remembered = heartbeat?.position
  if (remembered?.lineage !== here.lineage) return false
  return remembered.written !== null && here.written !== null && here.written < remembered.written
}
