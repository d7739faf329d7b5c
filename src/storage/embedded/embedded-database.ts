import { createHash } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { EmbeddedPool } from './embedded-pool.ts'
import { lockFolder } from './folder-lock.ts'
import type { Request, Response } from './messages.ts'
import { portTransport, socketTransport } from './transports.ts'
import type { WorkerData } from './worker.ts'

/** The data folder is in use by a process that cannot be talked to. */
export class DataFolderBusyError extends Error {
  constructor(folder: string) {
    super(
      `Another process uses the data folder ${folder}. Stop it first, or choose another folder (PORTHOR_DATA)`,
    )
    this.name = 'DataFolderBusyError'
  }
}

export interface EmbeddedOptions {
  /** The data folder, made if missing; null: in memory, for tests. */
  folder: string | null
  /**
   * Whether the folder may be shared with the process that owns it, through its socket. A server wants the folder for
   * itself; a command takes what there is.
   */
  shared?: boolean
}

export interface EmbeddedDatabase {
  pool: EmbeddedPool
  /** Whether another process owns the folder, and this one is its guest. */
  guest: boolean
}

const IDLE_MILLISECONDS = 15_000

/**
 * Opens the embedded database, creating it on first use.
 *
 * @throws {DataFolderBusyError} Another process has the folder.
 */
export async function openEmbeddedDatabase(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  if (options.folder === null) return { pool: await startWorker(null, null, () => {}), guest: false }

  const folder = resolve(options.folder)
  const socketPath = socketPathOf(folder)
  const lock = lockFolder(folder)
  if (lock)
    return { pool: await startWorker(join(folder, 'database'), socketPath, lock.release), guest: false }
  if (!options.shared) throw new DataFolderBusyError(folder)
  return { pool: await joinOwner(socketPath, folder), guest: true }
}

async function startWorker(folder: string | null, socketPath: string | null, onClosed: () => void) {
  // Built, this is JavaScript; run from the sources, TypeScript.
  const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js'
  const workerData: WorkerData = { folder, socketPath, idleMilliseconds: IDLE_MILLISECONDS }
  const worker = new Worker(new URL(file, import.meta.url), { workerData })
  await new Promise<void>((opened, failed) => {
    worker.once('message', () => opened())
    worker.once('error', failed)
  })
  return new EmbeddedPool(portTransport<Response, Request>(worker), async () => {
    await new Promise<void>((closed) => {
      worker.on('message', (message) => message === 'closed' && closed())
      worker.once('exit', () => closed())
      worker.postMessage('close')
    })
    await worker.terminate()
    onClosed()
  })
}

async function joinOwner(socketPath: string, folder: string): Promise<EmbeddedPool> {
  const socket = await new Promise<Socket>((connected, failed) => {
    const attempt = connect(socketPath, () => connected(attempt))
    attempt.once('error', () => failed(new DataFolderBusyError(folder)))
  })
  return new EmbeddedPool(socketTransport<Response, Request>(socket), async () => {
    socket.end()
  })
}

/** In the data folder; elsewhere where its path is too long for a Unix socket (some 100 bytes). */
function socketPathOf(folder: string): string {
  const path = join(folder, 'porthor.sock')
  if (Buffer.byteLength(path) <= 100) return path
  return join(tmpdir(), `porthor-${createHash('sha256').update(folder).digest('hex').slice(0, 24)}.sock`)
}
