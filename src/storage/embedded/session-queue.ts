import type { QueryError, Request, Response, Transport } from './messages.ts'

/** Runs one statement on the database's only connection. */
export type Execute = (
  sql: string,
  parameters: readonly unknown[],
) => Promise<{ rows: Record<string, unknown>[]; rowCount: number }>

/** Makes the database's only connection listen; `onPayload` is called with what it hears from then on. */
export type Listen = (channel: string, onPayload: (payload: string) => void) => Promise<void>

export interface SessionQueueOptions {
  execute: Execute
  listen: Listen
  /** How long a session may hold the connection without saying anything, in milliseconds. */
  idleMilliseconds: number
}

type Peer = Transport<Request, Response>
type Query = Extract<Request, { kind: 'query' }>
type Work = Query | Extract<Request, { kind: 'listen' }>

interface Session {
  peer: Peer
  work: Work[]
  released: boolean
  /** Why the session was ended by us; its later queries fail with this. */
  ended: string | null
  inTransaction: boolean
  failed: boolean
}

/**
 * Shares the single connection of an embedded database between any number of users: one session at a time, in the order
 * in which they asked; whoever goes away, or keeps silent too long, is rolled back.
 */
export class SessionQueue {
  readonly #options: SessionQueueOptions
  readonly #waiting: Session[] = []
  readonly #sessions = new Map<Peer, Map<number, Session>>()
  #active: Session | null = null
  #wake: (() => void) | null = null

  constructor(options: SessionQueueOptions) {
    this.#options = options
  }

  serve(peer: Peer): void {
    const sessions = new Map<number, Session>()
    this.#sessions.set(peer, sessions)
    peer.onMessage((request) => {
      if (request.kind === 'acquire') this.#acquire(peer, sessions, request.session)
      else if (request.kind === 'release') this.#release(sessions, request.session)
      else this.#enqueue(peer, sessions, request)
    })
    peer.onClose(() => {
      this.#sessions.delete(peer)
      for (const session of sessions.values()) this.#end(session, 'The connection was closed')
    })
  }

  #acquire(peer: Peer, sessions: Map<number, Session>, id: number): void {
    const session: Session = {
      peer,
      work: [],
      released: false,
      ended: null,
      inTransaction: false,
      failed: false,
    }
    sessions.set(id, session)
    this.#waiting.push(session)
    if (!this.#active) void this.#next()
  }

  #enqueue(peer: Peer, sessions: Map<number, Session>, work: Work): void {
    const session = sessions.get(work.session)
    if (session && !session.ended) {
      session.work.push(work)
      this.#heardOf(session)
      return
    }
    const message = session?.ended ?? 'No such session'
    peer.send({ kind: 'error', id: work.id, error: { message, code: '25P03' } })
  }

  /** What others say does not keep a silent session alive. */
  #heardOf(session: Session): void {
    if (session === this.#active) this.#wake?.()
  }

  #release(sessions: Map<number, Session>, id: number): void {
    const session = sessions.get(id)
    if (!session) return
    sessions.delete(id)
    session.released = true
    this.#heardOf(session)
  }

  #end(session: Session, reason: string): void {
    session.ended ??= reason
    session.released = true
    for (const { id } of session.work.splice(0)) {
      session.peer.send({ kind: 'error', id, error: { message: reason, code: '25P03' } })
    }
    this.#heardOf(session)
  }

  async #next(): Promise<void> {
    for (;;) {
      const session = this.#waiting.shift()
      this.#active = session ?? null
      if (!session) return
      await this.#serveSession(session)
      if (session.inTransaction) await this.#options.execute('rollback', []).catch(() => {})
    }
  }

  async #serveSession(session: Session): Promise<void> {
    for (;;) {
      const work = session.work.shift()
      if (work?.kind === 'query') await this.#run(session, work)
      else if (work) await this.#startListening(session.peer, work.id, work.channel)
      else if (session.released) return
      else if (!(await this.#somethingSaid())) {
        this.#end(session, 'The session was idle for too long and has been rolled back')
        return
      }
    }
  }

  /** False: the active session kept silent for too long. */
  #somethingSaid(): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (said: boolean) => {
        clearTimeout(timer)
        this.#wake = null
        resolve(said)
      }
      const timer = setTimeout(() => settle(false), this.#options.idleMilliseconds)
      this.#wake = () => settle(true)
    })
  }

  /** In a turn of its own: a LISTEN in somebody's transaction would be undone with it. */
  async #startListening(peer: Peer, id: number, channel: string): Promise<void> {
    try {
      await this.#options.listen(channel, (payload) => {
        if (this.#sessions.has(peer)) peer.send({ kind: 'notification', channel, payload })
      })
      peer.send({ kind: 'result', id, command: 'LISTEN', rowCount: 0, rows: [] })
    } catch (error) {
      peer.send({ kind: 'error', id, error: describeError(error) })
    }
  }

  async #run(session: Session, { id, sql, parameters }: Query): Promise<void> {
    const word = /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? ''
    try {
      const { rows, rowCount } = await this.#options.execute(sql, parameters)
      const command = word === 'COMMIT' && session.failed ? 'ROLLBACK' : word
      if (word === 'BEGIN' || word === 'START') Object.assign(session, { inTransaction: true, failed: false })
      if (word === 'COMMIT' || (word === 'ROLLBACK' && !/\bto\b/i.test(sql))) session.inTransaction = false
      if (word === 'ROLLBACK') session.failed = false
      session.peer.send({ kind: 'result', id, command, rowCount, rows })
    } catch (error) {
      session.failed = session.inTransaction
      session.peer.send({ kind: 'error', id, error: describeError(error) })
    }
  }
}

function describeError(error: unknown): QueryError {
  const { message, code, constraint, detail, table } = error as QueryError
  return {
    message: message ?? String(error),
    ...(code !== undefined && { code }),
    ...(constraint !== undefined && { constraint }),
    ...(detail !== undefined && { detail }),
    ...(table !== undefined && { table }),
  }
}
