import { internalCaller } from '../../../services/caller.ts'
import type { CliCommand } from '../../cli-command.ts'
import type { Shell } from '../../shell.ts'
import { writeToken } from '../../token-output.ts'
import { withPorthor } from '../../with-porthor.ts'
import { KEY_ARGUMENT, ownerOf, readNamedToken } from './named-token.ts'

export function addShow(token: CliCommand, shell: Shell): void {
  token
    .command('show')
    .argument(...KEY_ARGUMENT)
    .description(
      'Show a token without its secret; of a whole token also whether it is accepted (valid, frozen, unknown)',
    )
    .option('--json', 'print it as JSON')
    .example('By its key', 'porthor token show 62HmFHN2zLl1wf59EiDSiQ')
    .example('Is this token still good?', 'porthor token show - < token.txt')
    .action(async (argument: string, { json }: { json?: boolean }, command: CliCommand) => {
      const named = await readNamedToken(shell, argument)
      await withPorthor(shell, command, async (porthor) => {
        const username = await ownerOf(porthor, named)
        const info = await porthor.tokens.getTokenInfo(internalCaller, username, named.key)
        const verification = named.token && (await porthor.verifier.verify(named.token))
        writeToken(shell, info, json, verification ? { status: verification.kind } : {})
      })
    })
}
