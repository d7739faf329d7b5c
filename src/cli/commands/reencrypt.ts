import type { CliCommand } from '../cli-command.ts'
import { interruptible, requireAllDone } from '../interrupt.ts'
import { writeFields, writeJson } from '../output.ts'
import { startProgress } from '../progress.ts'
import type { Shell } from '../shell.ts'
import { withPorthor } from '../with-porthor.ts'

/** `reencrypt`: after it no token that both stores know needs the keys of `oldSessionSecrets`. */
export function addReencrypt(program: CliCommand, shell: Shell): void {
  program
    .command('reencrypt')
    .description('Write the data of tokens anew under the current sessionSecret, so that an old one can go')
    .option('--json', 'print the counts as JSON')
    .example('Once all servers have the new sessionSecret', 'porthor reencrypt --config porthor.yaml')
    .action(async ({ json = false }: { json?: boolean }, command: CliCommand) => {
      await withPorthor(shell, command, ({ reencryption }) =>
        interruptible(async (signal) => {
          const progress = startProgress(shell.stderr, 'Writing token data anew:')
          const report = await reencryption.run({ onProgress: progress.update, signal })
          progress.clear()
          const { withoutRow, ...counts } = report
          if (json) writeJson(shell.stdout, { ...counts, without_row: withoutRow })
          else
            writeFields(shell.stdout, [
              ['Looked at', report.checked],
              ['Written anew', report.reencrypted],
              ['Not to be read by any key (see `porthor audit`)', report.unreadable],
              ['Left, as the database does not know them (see `porthor audit`)', withoutRow],
            ])
          requireAllDone(signal)
        }),
      )
    })
}
