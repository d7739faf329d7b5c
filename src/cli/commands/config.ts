import {
  type Config,
  ConfigError,
  type ConfigProblem,
  loadConfig,
  unusedSections,
} from '../../config/index.ts'
import type { CliCommand } from '../cli-command.ts'
import { CommandError } from '../exit-codes.ts'
import { counted, writeJson, writeLine, writeTable } from '../output.ts'
import { type SettingOrigin, settingOrigins } from '../setting-origins.ts'
import type { GlobalOptions } from '../settings.ts'
import type { Shell } from '../shell.ts'

interface CheckFlags {
  all?: boolean
  json?: boolean
}

/** `config`: what the program would run with. */
export function addConfigCommands(program: CliCommand, shell: Shell): void {
  const config = program
    .command('config')
    .description('Look at the configuration')
    .example('Is it right?', 'porthor config check --config porthor.yaml')

  config
    .command('check')
    .description(
      'Check the whole configuration, and print where each setting comes from; shows no secrets, touches no store',
    )
    .option('--all', 'list the settings that have their defaults too')
    .option('--json', 'print settings and problems as JSON')
    .exitCode(0, 'right, perhaps with warnings')
    .exitCode(1, 'wrong: everything that is, is printed')
    .example('Before a start', 'porthor config check --config porthor.yaml')
    .example('What could be set', 'porthor config check --all')
    .action(async ({ all = false, json = false }: CheckFlags, command: CliCommand) => {
      const { configPath } = command.optsWithGlobals<GlobalOptions>()
      const { environment } = shell
      const origins = await settingOrigins(configPath, environment)
      const settings = origins.filter(({ origin }) => all || origin !== 'default')
      const { problems, warnings } = await check(
        loadConfig({ path: configPath, environment, purpose: 'check' }),
      )
      if (json) writeJson(shell.stdout, { ok: problems.length === 0, problems, warnings, settings })
      else writeCheck(shell, problems, settings)
      for (const warning of warnings) writeLine(shell.stderr, `porthor: warning: ${lineOf(warning)}`)
      if (problems.length > 0) {
        const lines = problems.map((problem) => `  ${lineOf(problem)}`)
        throw new CommandError([`${counted(problems.length, 'problem')}:`, ...lines].join('\n'))
      }
    })
}

interface Check {
  problems: readonly ConfigProblem[]
  /** What does not keep anybody from starting. */
  warnings: readonly ConfigProblem[]
}

async function check(loading: Promise<Config>): Promise<Check> {
  try {
    return { problems: [], warnings: unusedSections(await loading) }
  } catch (error) {
    if (error instanceof ConfigError) return { problems: error.problems, warnings: [] }
    throw error
  }
}

function lineOf({ path, message }: ConfigProblem): string {
  return path === '' ? message : `${path}: ${message}`
}

function writeCheck(
  { stdout }: Shell,
  problems: readonly ConfigProblem[],
  settings: readonly SettingOrigin[],
): void {
  if (settings.length === 0)
    writeLine(stdout, 'Nothing is set: everything has its default, on the embedded store')
  else {
    const rows = settings.map(({ setting, value, origin }) => [setting, value, origin])
    writeTable(stdout, ['setting', 'value', 'from'], rows)
  }
  if (problems.length === 0) writeLine(stdout, 'The configuration is right')
}
