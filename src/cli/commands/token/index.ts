import type { CliCommand } from '../../cli-command.ts'
import type { Shell } from '../../shell.ts'
import { addCreate } from './create.ts'
import { addHistory } from './history.ts'
import { addList } from './list.ts'
import { addModify } from './modify.ts'
import { addRevoke } from './revoke.ts'
import { addRotate } from './rotate.ts'
import { addShow } from './show.ts'

/** `token`: tokens of all users, with an administrator's rights. The histories name `<internal>` as the actor. */
export function addTokenCommands(program: CliCommand, shell: Shell): void {
  const token = program
    .command('token')
    .description('Make, list, change and revoke tokens of any user')
    .example('A token for alice', 'porthor token create --user alice --name laptop --scope read:all')
  addCreate(token, shell)
  addList(token, shell)
  addShow(token, shell)
  addModify(token, shell)
  addRotate(token, shell)
  addRevoke(token, shell)
  addHistory(token, shell)
}
