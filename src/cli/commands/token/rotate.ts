import { Option } from 'commander'
import { internalCaller } from '../../../services/caller.ts'
import { parseSeconds } from '../../arguments.ts'
import type { CliCommand } from '../../cli-command.ts'
import { writeJson } from '../../output.ts'
import type { Shell } from '../../shell.ts'
import { withPorthor } from '../../with-porthor.ts'
import { KEY_ARGUMENT, ownerOf, readNamedToken } from './named-token.ts'

interface RotateFlags {
  overlap: number
  json?: boolean
}

export function addRotate(token: CliCommand, shell: Shell): void {
  token
    .command('rotate')
    .argument(...KEY_ARGUMENT)
    .description('Give a user or service token a new secret, and print the token: it is not shown again')
    .addOption(
      new Option(
        '--overlap <duration>',
        'accept the old secret, and any from before, for so long as well, 24h at most',
      )
        .argParser(parseSeconds)
        .default(0, 'none'),
    )
    .option('--json', 'print token and key as JSON')
    .example('An hour to bring it to its user', 'porthor token rotate 62HmFHN2zLl1wf59EiDSiQ --overlap 1h')
    .example('The secret has leaked', 'porthor token rotate 62HmFHN2zLl1wf59EiDSiQ')
    .action(async (argument: string, { overlap, json }: RotateFlags, command: CliCommand) => {
      const named = await readNamedToken(shell, argument)
      await withPorthor(shell, command, async (porthor) => {
        const username = await ownerOf(porthor, named)
        const rotated = await porthor.tokens.rotateToken(internalCaller, username, named.key, overlap)
        if (json) writeJson(shell.stdout, { token: rotated.toString(), key: rotated.key, username })
        else shell.stdout.write(`${rotated}\n`)
      })
    })
}
