import type { Clock } from '../../../models/clock.ts'
import { type TokenChanges, userTokenModifyRequest } from '../../../models/requests.ts'
import { internalCaller } from '../../../services/caller.ts'
import { collectList, type Moment, parseExpiry, resolveExpiry } from '../../arguments.ts'
import type { CliCommand } from '../../cli-command.ts'
import { UsageError } from '../../exit-codes.ts'
import type { Shell } from '../../shell.ts'
import { writeToken } from '../../token-output.ts'
import { withPorthor } from '../../with-porthor.ts'
import { KEY_ARGUMENT, ownerOf, readNamedToken } from './named-token.ts'
import { usageErrorOf } from './request-errors.ts'

interface ModifyFlags {
  name?: string
  scopes?: string[]
  expires?: Moment
  json?: boolean
}

export function addModify(token: CliCommand, shell: Shell): void {
  token
    .command('modify')
    .argument(...KEY_ARGUMENT)
    .description('Change a user token; what is derived from it is narrowed with it')
    .option('--name <name>', 'its new name')
    .option(
      '--scope, --scopes <scopes>',
      "all that it may do from now on; several times, or with commas between; '': nothing",
      collectList,
    )
    .option('--expires <when>', 'a duration from now (90d), a date (2027-01-31) or never', parseExpiry)
    .option('--json', 'print the token as JSON')
    .example('Narrow it', 'porthor token modify 62HmFHN2zLl1wf59EiDSiQ --scopes read:all')
    .example('End it in a week', 'porthor token modify 62HmFHN2zLl1wf59EiDSiQ --expires 7d')
    .action(async (argument: string, flags: ModifyFlags, command: CliCommand) => {
      const named = await readNamedToken(shell, argument)
      await withPorthor(shell, command, async (porthor) => {
        const changes = changesOf(flags, porthor.clock)
        const username = await ownerOf(porthor, named)
        const info = await porthor.tokens.modifyToken(internalCaller, username, named.key, changes)
        writeToken(shell, info, flags.json)
      })
    })
}

function changesOf({ name, scopes, expires }: ModifyFlags, clock: Clock): TokenChanges {
  if (name === undefined && scopes === undefined && expires === undefined) {
    throw new UsageError('Nothing to change: give --name, --scopes or --expires')
  }
  const request = userTokenModifyRequest.safeParse({
    token_name: name,
    scopes,
    expires: expires && resolveExpiry(expires, clock),
  })
  if (request.success) return request.data
  throw usageErrorOf(request.error, { token_name: '--name', scopes: '--scopes', expires: '--expires' })
}
