import { StoreUnavailableError } from '../models/errors.ts'

/** What PostgreSQL's and the embedded database's errors have in common. */
interface CodedError {
  message?: string
  code?: string
  constraint?: string
}

const UNIQUE_VIOLATION = '23505'
const FOREIGN_KEY_VIOLATION = '23503'
const DEADLOCK = '40P01'
const SERIALIZATION = '40001'
const LOCK_TIMEOUT = '55P03'
const READ_ONLY = '25006'
/** The time that a statement may take is over. */
const CANCELED = '57014'

export function isUniqueViolation(error: unknown, constraint: string): boolean {
  const { code, constraint: violated } = coded(error)
  return code === UNIQUE_VIOLATION && violated === constraint
}

export function isForeignKeyViolation(error: unknown): boolean {
  return coded(error).code === FOREIGN_KEY_VIOLATION
}

/** The statement lost against a neighbour before anything happened: the operation may start over (PROTOCOLS.md §8). */
export function isRepeatable(error: unknown): boolean {
  return [DEADLOCK, SERIALIZATION, LOCK_TIMEOUT].includes(coded(error).code ?? '')
}

/** The server answered with an error of its own: what ran is known not to have been done. */
export function isServerError(error: unknown): boolean {
  return /^[0-9A-Z]{5}$/.test(coded(error).code ?? '') && !isConnectionError(error)
}

/**
 * The connection failed, or the server is going away (SQLSTATE classes 08 and 57P, sessions ended for being idle); in
 * COMMIT the outcome is then unknown.
 */
export function isConnectionError(error: unknown): boolean {
  const { code, message } = coded(error)
  if (code === undefined) return LOST_CONNECTION.test(message ?? '')
  return /^(08|57P|53|25P03)/.test(code) || SYSTEM_ERROR.test(code)
}

/** What callers are told of an error that says that the database cannot be used just now; null: it says something else. */
export function unavailable(error: unknown): StoreUnavailableError | null {
  const { code } = coded(error)
  if (code === READ_ONLY)
    return new StoreUnavailableError('The database takes no changes just now', { cause: error })
  if (code === CANCELED || isRepeatable(error) || isConnectionError(error))
    return new StoreUnavailableError('The database is busy or away; try again', { cause: error })
  return null
}

// ECONNRESET, EAI_AGAIN and so on; those of Node's own begin with ERR_.
const SYSTEM_ERROR = /^E(?!RR_)[A-Z_]+$/

// `pg` gives these no code.
const LOST_CONNECTION =
  /^(Connection terminated|timeout exceeded when trying to connect|Client (was closed|has encountered))/

function coded(error: unknown): CodedError {
  return typeof error === 'object' && error !== null ? (error as CodedError) : {}
}
