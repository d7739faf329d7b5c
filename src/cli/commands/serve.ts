import { parsePort, parsePositive } from '../arguments.ts'
import type { CliCommand } from '../cli-command.ts'
import type { ConfigOverrides } from '../settings.ts'
import type { Shell } from '../shell.ts'

/** `serve`, and `run`, which is the reference's name for a server for development. */
export function addServe(program: CliCommand, shell: Shell): void {
  program
    .command('serve')
    .description(
      'Serve requests, with maintenance and audit on their schedules. Makes the schema in an empty database, and adds to another what Porthor needs',
    )
    .option('--host <address>', 'where to listen; else as configured, 127.0.0.1 on the embedded store')
    .option(
      '--port <number>',
      'which port; else as configured, 8080 by default; 0: any that is free',
      parsePort,
    )
    .option('--workers <count>', 'how many processes; one on the embedded store', parsePositive)
    .exitCode(0, 'ended by Ctrl-C or SIGTERM')
    .exitCode(1, 'could not start')
    .example('On the embedded store, in ./data', 'porthor serve')
    .example('On PostgreSQL and Redis', 'porthor serve --config porthor.yaml --host 0.0.0.0 --workers 4')
    .action((flags: ConfigOverrides, command: CliCommand) => start(shell, command, flags))

  program
    .command('run')
    .description(
      "The same as serve, by Gafaelfawr's name for it; listens on 127.0.0.1 unless --host says otherwise",
    )
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--port <number>', 'which port; 0: any that is free', parsePort, 8080)
    .exitCode(0, 'ended by Ctrl-C or SIGTERM')
    .exitCode(1, 'could not start')
    .example('On another port', 'porthor run --port 8081')
    .action((flags: ConfigOverrides, command: CliCommand) => start(shell, command, flags))
}

async function start(shell: Shell, command: CliCommand, overrides: ConfigOverrides): Promise<void> {
  // Other commands do without the HTTP server, which takes its time to load.
  const { serve } = await import('../serve/serve.ts')
  await serve(shell, command, overrides)
}
