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
  const write = (line: string) => void destination.write(form === 'json' ? line : textLine(line))
  return pino(
    {
      level: PINO_LEVELS[level],
      messageKey: 'event',
      base: { logger: 'porthor' },
      timestamp: timestamps(),
      formatters: { level: (label) => ({ severity: SEVERITIES[label] ?? label }) },
    },
    { write },
  )
}

/** The `time` of each line. Many lines have the same millisecond: its text is made once. */
function timestamps(): () => string {
  let at = 0
  let text = ''
  return () => {
    const now = Date.now()
    if (now !== at) {
      at = now
      text = `,"time":"${new Date(now).toISOString()}"`
    }
    return text
  }
}

/** Turns a line of the log into one for people, who read `severity`, `event` and the rest in one go. */
function textLine(json: string): string {
  const { severity, time, logger: _, event, httpRequest, ...rest } = JSON.parse(json) as LogLine
  const fields = Object.entries(rest)
    .filter(([name]) => name !== 'request_id')
    .map(([name, value]) => `${name}=${fieldText(value)}`)
  const request = httpRequest ? [requestText(httpRequest)] : []
  return `${printable([time, severity.padEnd(7), event, ...request, ...fields].join(' '))}\n`
}

interface LogLine {
  logger: string
  severity: string
  time: string
  event: string
  httpRequest?: Record<string, unknown>
}

function requestText({ requestMethod, requestUrl, remoteIp, status }: Record<string, unknown>): string {
  const answer = status === undefined ? '' : ` -> ${status}`
  return `[${requestMethod} ${requestUrl} from ${remoteIp}${answer}]`
}

function fieldText(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
}
