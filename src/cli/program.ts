import { createRequire } from 'node:module'
import { CliCommand } from './cli-command.ts'
import { addAdminCommands } from './commands/admin.ts'
import { addAudit } from './commands/audit.ts'
import { addConfigCommands } from './commands/config.ts'
import { addDeleteAllData } from './commands/delete-all-data.ts'
import { addExplain } from './commands/explain.ts'
import { addGenerators } from './commands/generate.ts'
import { addHelp } from './commands/help.ts'
import { addLoginLink } from './commands/login-link.ts'
import { addMaintenance } from './commands/maintenance.ts'
import { addOpenapiSchema } from './commands/openapi-schema.ts'
import { addPosixIdCommands } from './commands/posix-ids.ts'
import { addReencrypt } from './commands/reencrypt.ts'
import { addSchemaCommands } from './commands/schema.ts'
import { addServe } from './commands/serve.ts'
import { addTokenCommands } from './commands/token/index.ts'
import { addUserCommands } from './commands/user.ts'
import type { Shell } from './shell.ts'

/** The whole command line, as a tree of commands; nothing runs before it is given arguments. */
export function buildProgram(shell: Shell): CliCommand {
  const program = new CliCommand('porthor')
  program
    .description('Porthor: a token service for web platforms')
    .version(readVersion(), '--version', 'print the version')
    .option(
      '--config, --config-path <file>',
      'the configuration file; else PORTHOR_CONFIG_PATH, else the embedded store',
    )
    .option('--alembic-config-path <file>', 'accepted for compatibility; migrations are built in')
    .option('--debug', 'show a trace of unexpected errors (also: PORTHOR_DEBUG)')
    .helpOption('-h, --help', 'show this help')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => shell.stdout.write(text),
      writeErr: (text) => shell.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'porthor: ')),
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
    })
    .exitOverride()
    .exitCode(3, 'audit: something wrong is left')
    .example('Start, on the embedded store in ./data', 'porthor serve')
    .example('A token for alice', 'porthor token create --user alice --name laptop --scope read:all')
    .hook('preAction', (_program, command) => noteIgnored(shell, command as CliCommand))

  program.commandsGroup('Server:')
  addServe(program, shell)
  program.commandsGroup('Tokens and people:')
  addTokenCommands(program, shell)
  addLoginLink(program, shell)
  addUserCommands(program, shell)
  addAdminCommands(program, shell)
  addPosixIdCommands(program, shell)
  addExplain(program, shell)
  program.commandsGroup('Stores:')
  addSchemaCommands(program, shell)
  addAudit(program, shell)
  addMaintenance(program, shell)
  addReencrypt(program, shell)
  addDeleteAllData(program, shell)
  program.commandsGroup('Configuration:')
  addConfigCommands(program, shell)
  addGenerators(program, shell)
  program.commandsGroup('Other:')
  addOpenapiSchema(program, shell)
  addHelp(program)
  return program
}

/** The same on every terminal, so that the reference page can be made from it. */
const HELP_WIDTH = 110

function noteIgnored({ stderr }: Shell, command: CliCommand): void {
  const { alembicConfigPath } = command.optsWithGlobals<{ alembicConfigPath?: string }>()
  if (alembicConfigPath !== undefined) {
    stderr.write('porthor: --alembic-config-path is ignored: migrations are built in\n')
  }
}

function readVersion(): string {
  // The same place from the sources and from the build.
  const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }
  return version
}
