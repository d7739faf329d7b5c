import { pino } from 'pino'
import type { LogLevel } from '../config/index.ts'
import type { Log } from '../services/token-log.ts'
import { printable } from './output.ts'

const PINO_LEVELS: Readonly<Record<LogLevel, string>> = {
  DEBUG: 'debug',
  INFO: 'info',
  WARNING: 'warn',
  ERROR: 'error',
  CRITICAL: 'fatal',
}
const SEVERITIES: Readonly<Record<string, string>> = { warn: 'warning', fatal: 'critical' }

export interface LogOptions {
  /** `json`: an object a line for programs; `text`: lines for people. */
  form: 'json' | 'text'
  /** The least severe lines that are written. */
  level: LogLevel
  /** Takes whole lines, each with its line end. */
  destination: { write(line: string): unknown }
}

/**
 * The log (spec/observability.md §2): `severity`, `time` (ISO 8601, UTC), `logger`, the fields of the event, `event`.
 */
export function makeLog({ form, level, destination }: LogOptions): Log {
  if (form === 'text') return new TextLog(level, destination)
  return pino(
    {
      level: PINO_LEVELS[level],
      messageKey: 'event',
      base: { logger: 'porthor' },
      timestamp: timestamps((time) => `,"time":"${time}"`),
      formatters: { level: (label) => ({ severity: SEVERITIES[label] ?? label }) },
    },
    { write: (line: string) => void destination.write(line) },
  )
}

/** The `time` of each line. Many lines have the same millisecond: its text is made once. */
function timestamps(form: (time: string) => string): () => string {
  let at = 0
  let text = ''
  return () => {
    const now = Date.now()
    if (now !== at) {
      at = now
      text = form(new Date(now).toISOString())
    }
    return text
  }
}

/** Lines for people, who read when, how severe, what and the rest in one go. */
class TextLog implements Log {
  readonly #enabled: ReadonlySet<string>
  readonly #destination: LogOptions['destination']
  readonly #time = timestamps((time) => time)

  constructor(level: LogLevel, destination: LogOptions['destination']) {
    const levels = Object.values(PINO_LEVELS)
    this.#enabled = new Set(levels.slice(levels.indexOf(PINO_LEVELS[level])))
    this.#destination = destination
  }

  isLevelEnabled(level: string): boolean {
    return this.#enabled.has(level)
  }

  debug(fields: object, event: string): void {
    this.#write('debug', fields, event)
  }

  info(fields: object, event: string): void {
    this.#write('info', fields, event)
  }

  warn(fields: object, event: string): void {
    this.#write('warn', fields, event)
  }

  error(fields: object, event: string): void {
    this.#write('error', fields, event)
  }

  #write(level: string, fields: object, event: string): void {
    if (!this.#enabled.has(level)) return
    const severity = (SEVERITIES[level] ?? level).padEnd(7)
    this.#destination.write(`${printable(`${this.#time()} ${severity} ${event}${fieldsText(fields)}`)}\n`)
  }
}

function fieldsText({ httpRequest, request_id: _, ...fields }: LogFields): string {
  let text = httpRequest ? ` ${requestText(httpRequest)}` : ''
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) text += ` ${name}=${fieldText(value)}`
  }
  return text
}

interface LogFields {
  httpRequest?: Record<string, unknown>
  request_id?: string
}

function requestText({ requestMethod, requestUrl, remoteIp, status }: Record<string, unknown>): string {
  const answer = status === undefined ? '' : ` -> ${status}`
  return `[${requestMethod} ${requestUrl} from ${remoteIp}${answer}]`
}

function fieldText(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
}
