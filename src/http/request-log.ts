import { AsyncLocalStorage } from 'node:async_hooks'
import type { Log } from '../services/token-log.ts'

/** What each log line of a request says of it (spec/observability.md §2). Filled in as it becomes known. */
export interface RequestFields {
  httpRequest: {
    requestMethod: string
    /** Without values that may be secrets. */
    requestUrl: string
    remoteIp: string | null
    userAgent?: string
  }
  request_id: string
  token_source?: string
  /** Key of the token that was presented; `<bootstrap>` for the bootstrap token. */
  token?: string
  user?: string
  scopes?: readonly string[]
}

/** Makes the fields where a line is written: most requests have none beside their own. */
type FieldSource = () => RequestFields

const current = new AsyncLocalStorage<RequestFields | FieldSource>()

/** Runs what handles a request; log lines written meanwhile can name the request. */
export function withinRequest<T>(fields: RequestFields | FieldSource, handle: () => T): T {
  return current.run(fields, handle)
}

/** The fields of the request at hand; undefined outside of requests. */
export function requestFields(): RequestFields | undefined {
  const fields = current.getStore()
  return typeof fields === 'function' ? fields() : fields
}

/** A log whose lines name the request at hand, if there is one: for the services, which know of none. */
export function withRequestFields(log: Log): Log {
  return {
    debug: (fields, event) => log.debug({ ...requestFields(), ...fields }, event),
    info: (fields, event) => log.info({ ...requestFields(), ...fields }, event),
    warn: (fields, event) => log.warn({ ...requestFields(), ...fields }, event),
    error: (fields, event) => log.error({ ...requestFields(), ...fields }, event),
  }
}
