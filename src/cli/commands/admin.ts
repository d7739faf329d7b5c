import { internalCaller } from '../../services/caller.ts'
import { parseAdminName, parseUsername } from '../arguments.ts'
import type { CliCommand } from '../cli-command.ts'
import { writeJson, writeLine } from '../output.ts'
import type { Shell } from '../shell.ts'
import { withPorthor } from '../with-porthor.ts'

interface JsonFlag {
  json?: boolean
}

/** `admin`: who gets `admin:token` at login, and may change this list. */
export function addAdminCommands(program: CliCommand, shell: Shell): void {
  const admin = program
    .command('admin')
    .description('Who becomes an administrator at login')
    .example('Who they are', 'porthor admin list')

  admin
    .command('list')
    .description('List the administrators')
    .option('--json', 'print them as JSON')
    .example('For a program', 'porthor admin list --json')
    .action(async ({ json }: JsonFlag, command: CliCommand) => {
      const usernames = await withPorthor(shell, command, ({ admins }) => admins.list())
      if (json)
        writeJson(
          shell.stdout,
          usernames.map((username) => ({ username })),
        )
      else for (const username of usernames) writeLine(shell.stdout, username)
    })

  admin
    .command('add')
    .argument('<username>', 'who', parseUsername)
    .description('Make a user an administrator, from their next login on')
    .option('--json', 'print the outcome as JSON')
    .example('alice', 'porthor admin add alice')
    .action(async (username: string, { json }: JsonFlag, command: CliCommand) => {
      await withPorthor(shell, command, ({ admins }) => admins.add(internalCaller, username))
      if (json) writeJson(shell.stdout, { username, admin: true })
      else writeLine(shell.stdout, `${username} is an administrator now`)
    })

  admin
    .command('remove')
    .argument('<username>', 'who', parseAdminName)
    .description(
      'Make a user an administrator no more; tokens they have keep their scopes. The last one stays',
    )
    .option('--json', 'print the outcome as JSON')
    .example(
      'And end the sessions that still have admin:token',
      'porthor admin remove alice && porthor user revoke alice',
    )
    .action(async (username: string, { json }: JsonFlag, command: CliCommand) => {
      await withPorthor(shell, command, ({ admins }) => admins.remove(internalCaller, username))
      if (json) writeJson(shell.stdout, { username, admin: false })
      else writeLine(shell.stdout, `${username} is no administrator any more`)
    })
}
