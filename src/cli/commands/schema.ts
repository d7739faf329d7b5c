import { schemaStatements } from '../../storage/schema-manager.ts'
import type { CliCommand } from '../cli-command.ts'
import { type Prepared, prepareDatabase, waitForDatabase } from '../prepare.ts'
import { readConfig, readConfigOfExisting } from '../settings.ts'
import type { Shell } from '../shell.ts'
import { withPorthor } from '../with-porthor.ts'
import { writeResult } from '../write-result.ts'

/** `init`, `update-schema`, `validate-schema` and `generate-schema`. */
export function addSchemaCommands(program: CliCommand, shell: Shell): void {
  addInit(program, shell)
  addUpdateSchema(program, shell)
  addValidateSchema(program, shell)
  addGenerateSchema(program, shell)
}

function addInit(program: CliCommand, shell: Shell): void {
  program
    .command('init')
    .description('Make the schema in an empty database, and enter the initial administrators')
    .example('The database that a configuration names', 'porthor init --config porthor.yaml')
    .example('The embedded one, in the folder ./data', 'porthor init')
    .action(async (_options: object, command: CliCommand) => {
      const config = await readConfig(shell, command)
      const prepared = await withPorthor(
        shell,
        command,
        async (porthor) => {
          await waitForDatabase(porthor, () =>
            shell.stderr.write('porthor: the database cannot be reached; trying again in 2 s\n'),
          )
          return prepareDatabase(porthor)
        },
        { config, anySchema: true },
      )
      writePrepared(shell, prepared)
      if (config.secretsCreated && config.database.kind === 'embedded') {
        shell.stdout.write(
          `Made the secrets, among them the bootstrap token: ${config.database.folder}/secrets.json\n`,
        )
      }
    })
}

function addUpdateSchema(program: CliCommand, shell: Shell): void {
  program
    .command('update-schema')
    .description(
      'Bring the schema to where this program needs it, beside running servers; an empty database is initialised',
    )
    .option('--dry-run', 'print the SQL that would be run, and run nothing')
    .example('What would be done', 'porthor update-schema --dry-run --config porthor.yaml')
    .action(async ({ dryRun }: { dryRun?: boolean }, command: CliCommand) => {
      const config = await (dryRun ? readConfigOfExisting(shell, command) : readConfig(shell, command))
      await withPorthor(
        shell,
        command,
        async (porthor) => {
          if (!dryRun) return writePrepared(shell, await prepareDatabase(porthor))
          for (const statement of await porthor.schema.plan()) shell.stdout.write(`${statement};\n`)
        },
        { config, anySchema: true },
      )
    })
}

function addValidateSchema(program: CliCommand, shell: Shell): void {
  program
    .command('validate-schema')
    .description('Say nothing if the schema is current, fail if it is not')
    .exitCode(0, 'current')
    .exitCode(1, 'not current, not initialised, or not reachable')
    .example('Update only where it is needed', 'porthor validate-schema || porthor update-schema')
    // What the command does is what every command does before its work.
    .action(async (_options: object, command: CliCommand) => withPorthor(shell, command, async () => {}))
}

function addGenerateSchema(program: CliCommand, shell: Shell): void {
  program
    .command('generate-schema')
    .description('Print the SQL that makes the schema; needs neither a database nor a configuration')
    .option('--output <file>', 'write it to a file instead')
    .option('--all', "with what Porthor adds to Gafaelfawr's schema")
    .example("Gafaelfawr's tables alone", 'porthor generate-schema')
    .example('All of it, into a file', 'porthor generate-schema --all --output schema.sql')
    .action(async ({ output, all = false }: { output?: string; all?: boolean }) => {
      const statements = schemaStatements({ all }).map((statement) => `${statement};\n`)
      await writeResult(shell, statements.join(''), output)
    })
}

function writePrepared({ stdout }: Shell, { made, admins }: Prepared): void {
  if (made.length === 0 && admins.length === 0) stdout.write('The database is current\n')
  if (made.length > 0) stdout.write(`Made: ${made.join(', ')}\n`)
  if (admins.length > 0) stdout.write(`Entered administrators: ${admins.join(', ')}\n`)
}
