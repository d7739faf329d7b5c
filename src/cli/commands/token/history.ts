import { InvalidArgumentError, Option } from 'commander'
import {
  type ChangeHistoryEntry,
  changedFields,
  changeHistoryToAnswer,
} from '../../../models/change-history.ts'
import type { Clock } from '../../../models/clock.ts'
import { isAddressOrNetwork } from '../../../models/fields.ts'
import { TOKEN_TYPES, type TokenType } from '../../../models/token-types.ts'
import { internalCaller } from '../../../services/caller.ts'
import type { HistoryFilters } from '../../../storage/change-history-store.ts'
import { type Moment, parseCount, parseMoment, parseUsername, resolvePast } from '../../arguments.ts'
import type { CliCommand } from '../../cli-command.ts'
import { CommandError, UsageError } from '../../exit-codes.ts'
import { type Cell, JsonArrayWriter, timeText, writeTable } from '../../output.ts'
import type { Output, Shell } from '../../shell.ts'
import { withPorthor } from '../../with-porthor.ts'
import { readNamedToken } from './named-token.ts'

type PastMoment = Exclude<Moment, { kind: 'never' }>

interface HistoryFlags {
  user?: string
  actor?: string
  type?: TokenType
  ip?: string
  since?: PastMoment
  until?: PastMoment
  limit: number
  cursor?: string
  json?: boolean
}

const LIMIT = 100

export function addHistory(token: CliCommand, shell: Shell): void {
  token
    .command('history')
    .argument(
      '[key]',
      'a token, with everything that was ever derived from it; -: read it from the input stream',
    )
    .description('Show what was done to tokens, by whom, from where and why; the newest first')
    .option('--user <username>', 'only tokens of this user', parseUsername)
    .option('--actor <name>', 'only what this user, <bootstrap> or <internal> did')
    .addOption(new Option('--type <type>', 'only tokens of this type').choices(TOKEN_TYPES))
    .option('--ip <address>', 'only what came from this address or network', parseAddress)
    .option('--since <when>', 'not older: a duration back from now (7d) or a date', parseMoment)
    .option('--until <when>', 'not newer: the same', parseMoment)
    .option('--limit <count>', 'at most so many; 0: all', parseCount, LIMIT)
    .option('--cursor <cursor>', 'go on where the page before ended')
    .option('--json', 'print the entries as JSON')
    .example('A token, revoked or not, and its descendants', 'porthor token history 62HmFHN2zLl1wf59EiDSiQ')
    .example(
      'What was done to the tokens of alice this week',
      'porthor token history --user alice --since 7d',
    )
    .example('What came from a network', 'porthor token history --ip 192.0.2.0/24 --limit 0 --json')
    .action(async (argument: string | undefined, flags: HistoryFlags, command: CliCommand) => {
      const named = argument === undefined ? null : await readNamedToken(shell, argument)
      await withPorthor(shell, command, async ({ tokens, clock }) => {
        const filters = filtersOf(flags, named?.key, clock)
        const { entries, nextCursor, count } = await tokens.getChangeHistory(internalCaller, filters, {
          ...(flags.limit > 0 && { limit: flags.limit }),
          ...(flags.cursor !== undefined && { cursor: flags.cursor }),
        })
        if (count === 0 && named && Object.keys(filters).length === 1) {
          throw new CommandError(`There is no history of a token ${named.key}`)
        }
        writeHistory(shell.stdout, entries, flags.json)
        if (nextCursor) {
          shell.stderr.write(
            `porthor: ${entries.length} of ${count} shown: go on with --cursor ${nextCursor}\n`,
          )
        }
      })
    })
}

function parseAddress(text: string): string {
  if (isAddressOrNetwork(text)) return text
  throw new InvalidArgumentError('Give an address, or a network without host bits (192.0.2.0/24).')
}

function filtersOf(flags: HistoryFlags, key: string | undefined, clock: Clock): HistoryFilters {
  const { user, actor, type, ip, since, until } = flags
  if (flags.cursor !== undefined && !/^p?\d+_\d+$/.test(flags.cursor)) {
    throw new UsageError('--cursor: not a cursor that this program has given')
  }
  return {
    ...(key !== undefined && { subtree: key }),
    ...(user !== undefined && { username: user }),
    ...(actor !== undefined && { actor }),
    ...(type !== undefined && { tokenType: type }),
    ...(ip !== undefined && { ipOrCidr: ip }),
    ...(since !== undefined && { since: resolvePast(since, clock) }),
    ...(until !== undefined && { until: resolvePast(until, clock) }),
  }
}

const HEAD = ['time', 'action', 'user', 'token', 'type', 'what', 'by', 'from']

function writeHistory(output: Output, entries: readonly ChangeHistoryEntry[], json = false): void {
  if (!json) {
    writeTable(output, HEAD, entries.map(historyRow))
    return
  }
  const array = new JsonArrayWriter(output)
  for (const entry of entries) array.add(changeHistoryToAnswer(entry))
  array.end()
}

function historyRow(entry: ChangeHistoryEntry): Cell[] {
  return [
    timeText(entry.eventTime),
    entry.action,
    entry.username,
    entry.token,
    entry.tokenType,
    whatText(entry),
    entry.actor,
    entry.ipAddress,
  ]
}

/** What the entry says besides who and when, and why where that is recorded. */
function whatText(entry: ChangeHistoryEntry): string {
  const { cause, ancestor } = entry
  const parts = entry.action === 'edit' ? editParts(entry) : stateParts(entry)
  if (cause !== null) parts.push(`cause: ${cause}`)
  if (ancestor !== null) parts.push(`because of ${ancestor}`)
  return parts.join('; ')
}

function stateParts({ action, tokenName, service, scopes, expires }: ChangeHistoryEntry): string[] {
  const parts: string[] = []
  if (tokenName !== null) parts.push(`name: ${tokenName}`)
  if (service !== null) parts.push(`service: ${service}`)
  if (action === 'create') parts.push(`scopes: ${scopesText(scopes)}`, `expires: ${timeText(expires)}`)
  return parts
}

function editParts(entry: ChangeHistoryEntry): string[] {
  const { tokenName, oldTokenName, scopes, oldScopes, expires, oldExpires } = entry
  const parts: string[] = []
  if (oldTokenName !== null) parts.push(`name: ${oldTokenName} -> ${tokenName}`)
  if (oldScopes !== null) parts.push(`scopes: ${scopesText(oldScopes)} -> ${scopesText(scopes)}`)
  if (changedFields(entry).includes('expires')) {
    parts.push(`expires: ${timeText(oldExpires)} -> ${timeText(expires)}`)
  }
  return parts
}

function scopesText(scopes: readonly string[]): string {
  return scopes.join(',') || 'none'
}
