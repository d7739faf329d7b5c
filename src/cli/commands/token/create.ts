import { Option } from 'commander'
import type { Clock } from '../../../models/clock.ts'
import { type AdminTokenRequest, adminTokenRequest } from '../../../models/requests.ts'
import type { Token } from '../../../models/token.ts'
import { internalCaller } from '../../../services/caller.ts'
import { collectList, type Moment, parseExpiry, parsePositive, resolveExpiry } from '../../arguments.ts'
import type { CliCommand } from '../../cli-command.ts'
import { timeText, writeJson } from '../../output.ts'
import type { Shell } from '../../shell.ts'
import { withPorthor } from '../../with-porthor.ts'
import { usageErrorOf } from './request-errors.ts'

interface CreateFlags {
  user: string
  type: 'user' | 'service'
  name?: string
  scope?: string[]
  expires: Moment
  fullName?: string
  email?: string
  uid?: number
  gid?: number
  group?: string[]
  json?: boolean
}

const NEVER: Moment = { kind: 'never' }

export function addCreate(token: CliCommand, shell: Shell): void {
  token
    .command('create')
    .description('Make a token for a user or a service, and print it: it is not shown again')
    .requiredOption('--user <username>', 'whose token; of a service: bot-…')
    .addOption(new Option('--type <type>', 'what kind of token').choices(['user', 'service']).default('user'))
    .option('--name <name>', 'a name that tells it from other tokens of the user; services have none')
    .option('--scope <scopes>', 'what it may do; several times, or with commas between', collectList)
    .addOption(
      new Option('--expires <when>', 'a duration (90d), a date (2027-01-31) or never')
        .argParser(parseExpiry)
        .default(NEVER, 'never'),
    )
    .option('--full-name <text>', "the user's name")
    .option('--email <address>', "the user's e-mail address")
    .option('--uid <number>', "the user's numeric id", parsePositive)
    .option('--gid <number>', "the number of the user's primary group", parsePositive)
    .option(
      '--group <name:number>',
      'a group of the user; several times, or with commas between',
      collectList,
    )
    .option('--json', 'print token, key and fields as JSON')
    .example(
      'For a script of alice',
      'porthor token create --user alice --name laptop --scope read:all --expires 90d',
    )
    .example(
      'For a service',
      'porthor token create --user bot-backup --type service --scope read:all,write:all',
    )
    .example('Into a file', 'umask 077; porthor token create --user alice --name ci > token.txt')
    .action(async (flags: CreateFlags, command: CliCommand) => {
      await withPorthor(shell, command, async ({ tokens, clock }) => {
        const request = requestOf(flags, clock)
        const made = await tokens.createTokenAsAdmin(internalCaller, request)
        writeMade(shell, made, request, flags.json)
      })
    })
}

const OPTIONS = {
  username: '--user',
  token_type: '--type',
  token_name: '--name',
  scopes: '--scope',
  expires: '--expires',
  name: '--full-name',
  email: '--email',
  uid: '--uid',
  gid: '--gid',
  groups: '--group',
}

function requestOf(flags: CreateFlags, clock: Clock): AdminTokenRequest {
  const request = adminTokenRequest.safeParse({
    username: flags.user,
    token_type: flags.type,
    token_name: flags.name ?? null,
    scopes: flags.scope ?? [],
    expires: resolveExpiry(flags.expires, clock),
    name: flags.fullName ?? null,
    email: flags.email ?? null,
    uid: flags.uid ?? null,
    gid: flags.gid ?? null,
    groups: flags.group?.map(groupOf) ?? null,
  })
  if (!request.success) throw usageErrorOf(request.error, OPTIONS)
  return request.data
}

function groupOf(text: string): { name: string; id: number } {
  const colon = text.lastIndexOf(':')
  return { name: text.slice(0, colon), id: Number(text.slice(colon + 1) || Number.NaN) }
}

function writeMade(shell: Shell, token: Token, request: AdminTokenRequest, json = false): void {
  const { username, tokenType, tokenName, scopes, expires } = request
  if (json) {
    writeJson(shell.stdout, {
      token: token.toString(),
      key: token.key,
      username,
      token_type: tokenType,
      ...(tokenName !== null && { token_name: tokenName }),
      scopes,
      expires,
    })
    return
  }
  shell.stdout.write(`${token}\n`)
  if (!shell.stderr.isTTY) return
  shell.stderr.write(
    `The token of ${username}, key ${token.key}, expires: ${timeText(expires)}. It is not shown again.\n`,
  )
}
