import type { CliCommand } from '../cli-command.ts'
import { requireConfirmation } from '../confirm.ts'
import { counted, writeJson } from '../output.ts'
import type { Shell } from '../shell.ts'
import { withPorthor } from '../with-porthor.ts'

/** `delete-all-data`, for a change of the login provider, when usernames change their meaning. */
export function addDeleteAllData(program: CliCommand, shell: Shell): void {
  program
    .command('delete-all-data')
    .description(
      'Delete all tokens, sessions, histories, frozen users and administrators; the initial administrators are entered anew',
    )
    .option('--yes', 'do not ask')
    .option('--json', 'print the counts as JSON')
    .example('Ask first', 'porthor delete-all-data --config porthor.yaml')
    .example('From a script', 'porthor delete-all-data --yes --json')
    .action(async (flags: { yes?: boolean; json?: boolean }, command: CliCommand) => {
      await withPorthor(shell, command, async (porthor) => {
        const { database } = porthor.config
        const where = database.kind === 'embedded' ? database.folder : new URL(database.url).pathname.slice(1)
        await requireConfirmation(shell, `Delete all tokens and histories in ${where}?`, flags)
        const deleted = await porthor.deleteAllData()
        if (flags.json) {
          writeJson(shell.stdout, {
            tokens: deleted.tokens,
            token_data: deleted.tokenData,
            history_entries: deleted.historyEntries,
            admins: deleted.admins,
          })
          return
        }
        const { tokens, tokenData, historyEntries, admins } = deleted
        shell.stdout.write(
          `Deleted ${counted(tokens, 'token')}, the data of ${tokenData}, ${counted(historyEntries, 'entry', 'entries')} of the history, ${counted(admins, 'administrator')}.\n`,
        )
        shell.stdout.write('Quota overrides were left as they are.\n')
      })
    })
}
