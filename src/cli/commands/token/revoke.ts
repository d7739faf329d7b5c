import type { Porthor } from '../../../composition.ts'
import { NotFoundError } from '../../../models/errors.ts'
import type { TokenInfo } from '../../../models/token-info.ts'
import { internalCaller } from '../../../services/caller.ts'
import type { CliCommand } from '../../cli-command.ts'
import { requireConfirmation } from '../../confirm.ts'
import { counted } from '../../output.ts'
import type { Shell } from '../../shell.ts'
import { writeEnded, writeTokens } from '../../token-output.ts'
import { withPorthor } from '../../with-porthor.ts'
import { KEY_ARGUMENT, ownerOf, readNamedToken } from './named-token.ts'

interface RevokeFlags {
  user?: string
  dryRun?: boolean
  yes?: boolean
  json?: boolean
}

export function addRevoke(token: CliCommand, shell: Shell): void {
  token
    .command('revoke')
    .argument(...KEY_ARGUMENT)
    .description('Revoke a token with everything that was ever derived from it')
    .option('--user <username>', 'whose it is, where only the store of token data knows it')
    .option('--dry-run', 'only list what would end')
    .option('--yes', 'do not ask')
    .option('--json', 'print the tokens as JSON')
    .example('What would end', 'porthor token revoke 62HmFHN2zLl1wf59EiDSiQ --dry-run')
    .example('From a script', 'porthor token revoke 62HmFHN2zLl1wf59EiDSiQ --yes')
    .example('A token that was found somewhere', 'porthor token revoke - --yes < found.txt')
    .action(async (argument: string, flags: RevokeFlags, command: CliCommand) => {
      const named = await readNamedToken(shell, argument)
      await withPorthor(shell, command, async (porthor) => {
        const username = flags.user ?? (await ownerOf(porthor, named))
        const subtree = await preview(porthor, username, named.key)
        if (flags.dryRun) return writeTokens(shell, subtree, flags.json)
        const below = Math.max(subtree.length - 1, 0)
        const question = `Revoke token ${named.key} of ${username}, and ${counted(below, 'token')} derived from it?`
        await requireConfirmation(shell, question, flags)
        writeEnded(shell, await porthor.tokens.revokeToken(internalCaller, username, named.key), flags.json)
      })
    })
}

/** The token and what is below it; empty where the database does not know it. */
async function preview({ tokens }: Porthor, username: string, key: string): Promise<TokenInfo[]> {
  try {
    return await tokens.previewRevocation(internalCaller, username, key)
  } catch (error) {
    if (error instanceof NotFoundError) return []
    throw error
  }
}
