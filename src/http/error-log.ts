import { PorthorError } from '../models/errors.ts'
import { LoginError } from '../models/login-errors.ts'
import type { Alerts } from '../services/alerts/alerts.ts'
import type { Log } from '../services/token-log.ts'
import { traceOf } from './errors.ts'
import { redact } from './redact.ts'
import type { RequestFields } from './request-log.ts'

/** What the log says of errors that users and clients make (spec/observability.md §2). */
const EVENTS: Readonly<Record<string, string>> = {
  invalid_csrf: 'CSRF verification failed',
  invalid_request: 'Invalid request',
  invalid_return_url: 'Bad return URL',
  invalid_token: 'Invalid token',
  permission_denied: 'Permission denied',
  user_frozen: 'User is frozen',
}

/** The same of errors of Porthor's own, or of what it needs. */
const FAILURES: Readonly<Record<string, string>> = {
  posix_ids_failed: 'Cannot assign UIDs and GIDs',
  user_info_failed: 'Unable to get user information',
}

/** Who is told of errors. */
export interface ErrorReaders {
  log: Log
  alerts: Pick<Alerts, 'reportUncaught'>
}

/** Writes what went wrong with a request: for whoever looks after the service, and without secrets. */
export function logError(
  { log, alerts }: ErrorReaders,
  error: unknown,
  status: number,
  fields: RequestFields,
): void {
  if (error instanceof LoginError) logLoginError(log, error, fields)
  else if (error instanceof PorthorError && status < 500) {
    // Nobody has done anything wrong yet who has sent no credential.
    if (error.code === 'no_authorization') return
    const line = { ...fields, error: redact(error.message) }
    const event = EVENTS[error.code] ?? 'Request refused'
    if (error.code === 'invalid_csrf') log.error(line, event)
    else log.warn(line, event)
  } else if (error instanceof PorthorError) {
    const line = { ...fields, error: redact(reasonOf(error)), exception: traceOf(error) }
    log.error(line, FAILURES[error.code] ?? 'Store unavailable')
  } else if (status === 500) {
    log.error({ ...fields, exception: traceOf(error) }, 'Uncaught exception')
    const { requestMethod, requestUrl } = fields.httpRequest
    const user = fields.user === undefined ? '' : ` by ${fields.user}`
    alertOfDefect(alerts, error, `in ${requestMethod} ${requestUrl}${user} (request_id ${fields.request_id})`)
  }
}

/** Errors of one class from one place are one defect, whatever they say. */
export function alertOfDefect(alerts: ErrorReaders['alerts'], error: unknown, where: string): void {
  const lines = traceOf(error).split('\n')
  const name = error instanceof Error ? error.name : typeof error
  const place = lines.find((line) => line.startsWith('    at ')) ?? ''
  alerts.reportUncaught(`uncaught ${name}${place}`, `Uncaught exception ${where}: ${lines[0]}`)
}

/** What the source of user information said, where the message only says that it failed. */
function reasonOf(error: PorthorError): string {
  const { code, cause, message } = error
  return code === 'user_info_failed' && cause instanceof Error ? cause.message : message
}

/** The message is the event, where there is a detail for the rest (spec/login.md §9). */
function logLoginError(log: Log, error: LoginError, fields: RequestFields): void {
  const { message, detail, status } = error
  const line = { ...fields, error: redact(detail ?? message) }
  const event = detail === null ? 'Authentication failed' : message
  if (status >= 500) log.error({ ...line, exception: traceOf(error) }, event)
  else log.warn(line, event)
}
