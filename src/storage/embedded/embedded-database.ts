import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
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
  /** What there is in memory at first: path of a tar file of a database's folder. Without it one is made, which takes seconds. */
  image?: string
  /**
   * Whether the folder may be shared with the process that owns it, through its socket. A server wants the folder for
   * itself; a command takes what there is.
   */
  shared?: boolean
  /** After so long without a sign of life the database is opened anew; 60 s unless a test says otherwise. */
  silenceMilliseconds?: number
}

export interface EmbeddedDatabase {
  pool: EmbeddedPool
  /** Whether another process owns the folder, and this one is its guest. */
  guest: boolean
}

/** Where PGlite has its files, in the data folder. */
export const DATABASE_FOLDER = 'database'

type Place = Omit<WorkerData, 'idleMilliseconds'>

const IDLE_MILLISECONDS = 15_000
/** Longer than any statement takes here. */
const SILENCE_MILLISECONDS = 60_000
const PINGS_A_SILENCE = 4
const CLOSE_MILLISECONDS = 10_000
/** How long to wait before a database that has come to an end is opened anew. */
const REOPEN_MILLISECONDS = 1_000

/**
 * Opens the embedded database, creating it on first use.
 *
 * @throws {DataFolderBusyError} Another process has the folder.
 */
export async function openEmbeddedDatabase(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { silenceMilliseconds = SILENCE_MILLISECONDS } = options
  if (options.folder === null) {
    const { image = null } = options
    const owned = new OwnedDatabase({ folder: null, image, socketPath: null }, silenceMilliseconds)
    return { pool: await owned.open(), guest: false }
  }
  const folder = resolve(options.folder)
  const socketPath = socketPathOf(folder)
  const lock = lockFolder(folder)
  if (lock) {
    keepFromOthers(join(folder, DATABASE_FOLDER))
    const place = { folder: join(folder, DATABASE_FOLDER), image: null, socketPath }
    const owned = new OwnedDatabase(place, silenceMilliseconds)
    return { pool: await owned.open(lock.release), guest: false }
  }
  if (!options.shared) throw new DataFolderBusyError(folder)
  return { pool: await joinOwner(socketPath, folder), guest: true }
}

/** PGlite makes files that everybody may write; the folder above may be one that others can enter. */
function keepFromOthers(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
}

/**
 * The thread with the database, and another in its place should it come to an end or fall silent. A disk without room for the
 * log does that: PGlite panics, and then computes for ever.
 */
class OwnedDatabase {
  readonly #place: Place
  readonly #silenceMilliseconds: number
  #worker: Worker | null = null
  #isEnding = false

  constructor(place: Place, silenceMilliseconds: number) {
    this.#place = place
    this.#silenceMilliseconds = silenceMilliseconds
  }

  async open(onClosed: () => void = () => {}): Promise<EmbeddedPool> {
    const worker = await this.#start()
    const pool = new EmbeddedPool(portTransport<Response, Request>(worker), async () => {
      await this.#end()
      onClosed()
    })
    this.#watch(worker, pool)
    return pool
  }

  async #start(): Promise<Worker> {
    // Built, this is JavaScript; run from the sources, TypeScript.
    const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js'
    const workerData: WorkerData = { ...this.#place, idleMilliseconds: IDLE_MILLISECONDS }
    const worker = new Worker(new URL(file, import.meta.url), { workerData })
    this.#worker = worker
    await new Promise<void>((opened, failed) => {
      worker.once('message', () => opened())
      // Unheard, a later one would end the process.
      worker.on('error', failed)
      worker.once('exit', () => failed(new Error('The embedded database does not open')))
    })
    return worker
  }

  #watch(worker: Worker, pool: EmbeddedPool): void {
    const watchdog = new Watchdog(worker, this.#silenceMilliseconds)
    worker.once('exit', () => {
      watchdog.stop()
      this.#worker = null
      // What is only in memory is lost with its thread.
      if (this.#place.folder !== null) void this.#startAgain(pool)
    })
  }

  async #startAgain(pool: EmbeddedPool): Promise<void> {
    while (!this.#isEnding) {
      await sleep(REOPEN_MILLISECONDS)
      if (this.#isEnding) return
      const worker = await this.#startInTime().catch(() => null)
      if (!worker) continue
      this.#watch(worker, pool)
      pool.resume(portTransport<Response, Request>(worker))
      return
    }
  }

  /** Where there is no room to recover, opening does not end either. */
  async #startInTime(): Promise<Worker> {
    const late = setTimeout(() => void this.#worker?.terminate(), this.#silenceMilliseconds)
    try {
      return await this.#start()
    } finally {
      clearTimeout(late)
    }
  }

  async #end(): Promise<void> {
    this.#isEnding = true
    const worker = this.#worker
    if (!worker) return
    await new Promise<void>((closed) => {
      worker.on('message', (message) => message === 'closed' && closed())
      worker.once('exit', () => closed())
      worker.postMessage('close')
      setTimeout(closed, CLOSE_MILLISECONDS).unref()
    })
    await worker.terminate()
  }
}

/** Ends a thread that does not answer: what it computes has no end. */
class Watchdog {
  readonly #timer: NodeJS.Timeout
  #heardAt = performance.now()

  constructor(worker: Worker, silenceMilliseconds: number) {
    worker.on('message', () => {
      this.#heardAt = performance.now()
    })
    this.#timer = setInterval(() => {
      if (performance.now() > this.#heardAt + silenceMilliseconds) void worker.terminate()
      else worker.postMessage('ping')
    }, silenceMilliseconds / PINGS_A_SILENCE)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }
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
