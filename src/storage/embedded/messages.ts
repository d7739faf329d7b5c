/*
 * What the owner of the embedded database and those who use it say to each other: over a message port from the same
 * process, over a Unix socket from another. A session is one exclusive turn on the database's single connection.
 */

export type Request =
  | { kind: 'acquire'; session: number }
  | { kind: 'query'; session: number; id: number; sql: string; parameters: readonly unknown[] }
  | { kind: 'release'; session: number }
  | { kind: 'listen'; session: number; id: number; channel: string }

export type Response =
  | { kind: 'result'; id: number; command: string; rowCount: number; rows: Record<string, unknown>[] }
  | { kind: 'error'; id: number; error: QueryError }
  | { kind: 'notification'; channel: string; payload: string }

/** The parts of a PostgreSQL error that others look at. */
export interface QueryError {
  message: string
  code?: string
  constraint?: string
  detail?: string
  table?: string
}

/** One end of a connection between an owner and a user of the database. */
export interface Transport<Incoming, Outgoing> {
  send(message: Outgoing): void
  onMessage(listener: (message: Incoming) => void): void
  onClose(listener: () => void): void
  close(): void
}
