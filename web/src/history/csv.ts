import type { HistoryEntry } from '../api/types.ts'

const COLUMNS = [
  'time',
  'actor',
  'action',
  'cause',
  'username',
  'token_type',
  'token',
  'token_name',
  'service',
  'parent',
  'scopes',
  'expires',
  'old_token_name',
  'old_scopes',
  'old_expires',
  'ip_address',
] as const

/** Entries as CSV (RFC 4180) with a head; times in ISO 8601, UTC. */
export function historyCsv(entries: readonly HistoryEntry[]): string {
  const lines = [COLUMNS.join(','), ...entries.map((entry) => valuesOf(entry).map(csvField).join(','))]
  return lines.map((line) => `${line}\r\n`).join('')
}

function valuesOf(entry: HistoryEntry): string[] {
  const values: Record<(typeof COLUMNS)[number], string | undefined> = {
    time: isoTime(entry.event_time),
    actor: entry.actor,
    action: entry.action,
    cause: entry.cause,
    username: entry.username,
    token_type: entry.token_type,
    token: entry.token,
    token_name: entry.token_name,
    service: entry.service,
    parent: entry.parent,
    scopes: entry.scopes.join(' '),
    expires: isoTime(entry.expires),
    old_token_name: entry.old_token_name,
    old_scopes: entry.old_scopes?.join(' '),
    old_expires: isoTime(entry.old_expires),
    ip_address: entry.ip_address ?? undefined,
  }
  return COLUMNS.map((name) => values[name] ?? '')
}

function isoTime(seconds: number | null | undefined): string | undefined {
  return typeof seconds === 'number' ? new Date(seconds * 1000).toISOString() : undefined
}

/** What a spreadsheet would take for a formula gets an apostrophe in front: names of tokens are anybody's words. */
export function csvField(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
