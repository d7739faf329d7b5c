import { internalCaller } from '../../services/caller.ts'
import { parseUsername } from '../arguments.ts'
import type { CliCommand } from '../cli-command.ts'
import { requireConfirmation } from '../confirm.ts'
import { counted, timeText, writeJson, writeLine, writeTable } from '../output.ts'
import type { Shell } from '../shell.ts'
import { writeEnded, writeTokens } from '../token-output.ts'
import { withPorthor } from '../with-porthor.ts'

interface JsonFlag {
  json?: boolean
}

/** `user`: what concerns all tokens of a user at once. */
export function addUserCommands(program: CliCommand, shell: Shell): void {
  const user = program
    .command('user')
    .description('Stop a user: revoke all their tokens, or freeze them')
    .example('At once, and until further notice', 'porthor user freeze mallory')
  addRevoke(user, shell)
  addFreeze(user, shell)
  addUnfreeze(user, shell)
  addFrozen(user, shell)
}

function addRevoke(user: CliCommand, shell: Shell): void {
  user
    .command('revoke')
    .argument('<username>', 'who', parseUsername)
    .description('Revoke every token of a user, sessions included; they may log in again')
    .option('--dry-run', 'only list the tokens')
    .option('--yes', 'do not ask')
    .option('--json', 'print the tokens as JSON')
    .example('What would end', 'porthor user revoke mallory --dry-run')
    .example('From a script', 'porthor user revoke mallory --yes --json')
    .action(
      async (
        username: string,
        flags: JsonFlag & { dryRun?: boolean; yes?: boolean },
        command: CliCommand,
      ) => {
        await withPorthor(shell, command, async ({ tokens }) => {
          if (flags.dryRun) {
            return writeTokens(shell, await tokens.listTokens(internalCaller, username), flags.json)
          }
          const count = await tokens.countTokens(internalCaller, username)
          await requireConfirmation(shell, `Revoke ${counted(count, 'token')} of ${username}?`, flags)
          writeEnded(shell, await tokens.revokeAllOfUser(internalCaller, username), flags.json)
        })
      },
    )
}

function addFreeze(user: CliCommand, shell: Shell): void {
  user
    .command('freeze')
    .argument('<username>', 'who', parseUsername)
    .description("Accept none of a user's tokens, and make none, until they are unfrozen; nothing is deleted")
    .option('--json', 'print the outcome as JSON')
    .example('mallory', 'porthor user freeze mallory')
    .action(async (username: string, { json }: JsonFlag, command: CliCommand) => {
      const changed = await withPorthor(shell, command, ({ users }) => users.freeze(internalCaller, username))
      if (json) writeJson(shell.stdout, { username, frozen: true, changed })
      else writeLine(shell.stdout, `${username} ${changed ? 'is frozen now' : 'was frozen already'}`)
    })
}

function addUnfreeze(user: CliCommand, shell: Shell): void {
  user
    .command('unfreeze')
    .argument('<username>', 'who', parseUsername)
    .description('Accept the tokens of a frozen user again')
    .option('--json', 'print the outcome as JSON')
    .example('mallory', 'porthor user unfreeze mallory')
    .action(async (username: string, { json }: JsonFlag, command: CliCommand) => {
      const changed = await withPorthor(shell, command, ({ users }) =>
        users.unfreeze(internalCaller, username),
      )
      if (json) writeJson(shell.stdout, { username, frozen: false, changed })
      else writeLine(shell.stdout, `${username} ${changed ? 'is not frozen any more' : 'was not frozen'}`)
    })
}

function addFrozen(user: CliCommand, shell: Shell): void {
  user
    .command('frozen')
    .description('List the frozen users')
    .option('--json', 'print them as JSON')
    .example('For a program', 'porthor user frozen --json')
    .action(async ({ json }: JsonFlag, command: CliCommand) => {
      const frozen = await withPorthor(shell, command, ({ users }) => users.listFrozen(internalCaller))
      if (json) return writeJson(shell.stdout, frozen)
      const rows = frozen.map(({ username, since, actor }) => [username, timeText(since), actor])
      writeTable(shell.stdout, ['user', 'since', 'by'], rows)
    })
}
