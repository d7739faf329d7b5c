import { readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { readTimestamp } from '../schema.ts'
import { SessionQueue } from './session-queue.ts'
import { portTransport, socketTransport } from './transports.ts'

/*
 * The thread that owns the embedded database: PGlite computes on the thread that calls it, and would make every request
 * wait for a long query (DESIGN.md). Other processes reach it over the socket in the data folder.
 */

export interface WorkerData {
  /** Null: in memory, for tests. */
  folder: string | null
  /** Path of a tar file with what is in memory at first; null: nothing. */
  image: string | null
  /** Path of the Unix socket for other processes; null: none. */
  socketPath: string | null
  idleMilliseconds: number
}

const { folder, image, socketPath, idleMilliseconds } = workerData as WorkerData

const TIMESTAMP = 1114
const BIGINT = 20
const pglite = await PGlite.create(folder ?? 'memory://', {
  parsers: { [TIMESTAMP]: readTimestamp, [BIGINT]: Number },
  ...(image !== null && { loadDataDir: new Blob([readFileSync(image)]) }),
})

const queue = new SessionQueue({
  idleMilliseconds,
  async execute(sql, parameters) {
    const { rows, affectedRows } = await pglite.query<Record<string, unknown>>(sql, [...parameters])
    return { rows, rowCount: affectedRows ?? rows.length }
  },
  async listen(channel, onPayload) {
    await pglite.listen(channel, onPayload)
  },
})

if (socketPath) {
  rmSync(socketPath, { force: true })
  createServer((socket) => queue.serve(socketTransport(socket))).listen({
    path: socketPath,
    readableAll: false,
  })
}

if (parentPort) {
  const parent = parentPort
  queue.serve(portTransport(parent))
  parent.on('message', async (message: unknown) => {
    if (message === 'ping') parent.postMessage('pong')
    if (message !== 'close') return
    await pglite.close()
    if (socketPath) rmSync(socketPath, { force: true })
    parent.postMessage('closed')
  })
  parent.postMessage('open')
}
