import { type TokenInfo, tokenInfoToAnswer } from '../models/token-info.ts'
import {
  type Cell,
  counted,
  JsonArrayWriter,
  timeText,
  writeFields,
  writeJson,
  writeLine,
  writeTable,
} from './output.ts'
import type { Shell } from './shell.ts'

/** Writes tokens: a table for people, for programs an array of the API's form. */
export function writeTokens({ stdout }: Shell, tokens: readonly TokenInfo[], json = false): void {
  if (!json) {
    writeTable(stdout, HEAD, tokens.map(tokenRow))
    return
  }
  const array = new JsonArrayWriter(stdout)
  for (const token of tokens) array.add(tokenInfoToAnswer(token))
  array.end()
}

/** Writes the tokens that a revocation has ended. */
export function writeEnded(shell: Shell, ended: readonly TokenInfo[], json = false): void {
  if (json) writeTokens(shell, ended, true)
  else writeLine(shell.stdout, `Revoked ${counted(ended.length, 'token')}`)
}

/** Writes one token; for programs in the API's form. */
export function writeToken(
  { stdout }: Shell,
  info: TokenInfo,
  json = false,
  further: { status?: string } = {},
): void {
  if (json) {
    writeJson(stdout, { ...tokenInfoToAnswer(info), ...further })
    return
  }
  writeFields(stdout, [
    ['Key', info.token],
    ['User', info.username],
    ['Type', info.tokenType],
    ['Name', info.tokenName],
    ['Service', info.service],
    ['Scopes', scopesText(info)],
    ['Created', timeText(info.created)],
    ['Expires', timeText(info.expires)],
    ['Last used', info.lastUsed === null ? null : timeText(info.lastUsed)],
    ['Parent', info.parent],
    ...(further.status === undefined ? [] : [['Status', further.status] as const]),
  ])
}

const HEAD = ['key', 'user', 'type', 'name or service', 'scopes', 'created', 'expires', 'last used']

function tokenRow(info: TokenInfo): Cell[] {
  return [
    info.token,
    info.username,
    info.tokenType,
    info.tokenName ?? info.service,
    scopesText(info),
    timeText(info.created),
    timeText(info.expires),
    info.lastUsed === null ? null : timeText(info.lastUsed),
  ]
}

function scopesText({ scopes }: TokenInfo): string | null {
  return scopes.length === 0 ? null : scopes.join(',')
}
