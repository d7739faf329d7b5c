import type { Command, Help, Option } from 'commander'
import { CliCommand } from './cli-command.ts'

/** Writes `docs/cli.md` from the tree of commands: Markdown, a line end at its end. */
export function cliReference(program: CliCommand): string {
  const help = program.createHelp()
  const families = help.visibleCommands(program).flatMap((command) => [...commandPart(command, help)])
  return [INTRODUCTION, globalPart(program, help), contents(program, help), ...families, DIFFERENCES].join(
    '\n',
  )
}

const INTRODUCTION = `# Command line

<!-- Made by scripts/make-cli-reference.ts from src/cli; changes go there. -->

\`./bin/porthor\` in a checkout, \`npx porthor\` where the package is installed; below it is called \`porthor\`.
\`porthor help\`, \`porthor help token create\` and \`--help\` after any command say what is written here.

**Configuration.** Every command reads the configuration that \`serve\` reads (see [configuration.md](configuration.md)): the
file of \`--config\`, else that of \`PORTHOR_CONFIG_PATH\` or \`GAFAELFAWR_CONFIG_PATH\`; without any, the embedded store in
\`./data\`. Secrets are never shown, except where one is the result: \`token create\`, \`token rotate\`, the generators, and
the first start on the embedded store.

**Beside a server.** All commands may run while servers do. On the embedded store, which one process has to itself, they work
through the server, by a socket in the data folder; a second \`serve\` on the same folder is refused.

**Who did it.** The history names \`<internal>\` as the actor of what is done here, and no address.

**Output.** Results go to the output stream: tables for people, one JSON document with \`--json\`, in the form that the REST API
has for the same thing. Errors, questions, progress and the log go to the error stream; only \`serve\` logs to its output. At a
terminal and on the embedded default the log is lines for people, elsewhere a JSON object a line: \`severity\`, \`time\`,
\`logger\`, \`event\`, and what belongs to the event. Times are UTC.

**Questions.** What destroys something asks first; \`--yes\` answers. Without a terminal to ask at, it is refused.

**Exit codes.** 0: done. 1: failed; one line says why, and \`--debug\` shows a trace of what was not foreseen. 2: wrong usage.
3: an audit has left something wrong. 130: ended by Ctrl-C.
`

const DIFFERENCES = `## Where this differs from Gafaelfawr

- \`audit\` prints what it finds, and needs no Slack; it exits with 3 if something is left, and with 1 if an alert could not be
  delivered. \`--fix\` may run beside servers, and refuses where so much is wrong that a store must have been lost.
- \`delete-all-data\` asks first, empties the token data before the database, and says what it deleted.
- Migrations are built in: \`--alembic-config-path\` is ignored. \`update-schema\` may run beside servers and in several places
  at once, and refuses a database of another version of Gafaelfawr, naming it; so does \`init\`.
- \`maintenance\` works in batches, and may run any number of times at once.
- \`generate-schema\` needs no configuration; \`--output\` makes all folders that are missing.
- \`serve\` is the server for production too; \`run\` is the same on 127.0.0.1.
- Initial administrators get an entry in the history.
- \`token\`, \`user\`, \`admin\` and \`config\` are new.
`

function globalPart(program: CliCommand, help: Help): string {
  return `## Options of every command\n\n${optionTable(help.visibleOptions(program)).join('\n')}\n`
}

function contents(program: CliCommand, help: Help): string {
  const lines = help
    .visibleCommands(program)
    .map((command) => `- [\`${command.name()}\`](#${anchor(fullName(command))}): ${command.description()}`)
  return `## Commands\n\n${lines.join('\n')}\n`
}

/** A command, then its subcommands. */
function* commandPart(command: Command, help: Help): Generator<string> {
  const subcommands = help.visibleCommands(command)
  // A family does nothing by itself.
  if (subcommands.length === 0) yield section(command, help)
  else yield `## ${fullName(command)}\n\n${sentence(command.description())}\n`
  for (const subcommand of subcommands) yield* commandPart(subcommand, help)
}

function section(command: Command, help: Help): string {
  const isSubcommand = command.parent?.parent !== null
  const options = help.visibleOptions(command).filter(({ long }) => long !== '--help')
  return [
    `${isSubcommand ? '###' : '##'} ${fullName(command)}`,
    '',
    sentence(command.description()),
    '',
    fenced('text', [`${fullName(command)} ${command.usage()}`]),
    ...argumentLines(command),
    ...(options.length > 0 ? [...optionTable(options), ''] : []),
    ...ownParts(command),
  ].join('\n')
}

function ownParts(command: Command): string[] {
  if (!(command instanceof CliCommand)) return []
  const examples = command.examples.flatMap(({ about, line }) => [`# ${about}`, line])
  const codes = [...command.exitCodes].map(([code, meaning]) => `${code} ${meaning}`).join(', ')
  const isUsual =
    codes === [...new CliCommand().exitCodes].map(([code, meaning]) => `${code} ${meaning}`).join(', ')
  return [fenced('shell', examples), ...(isUsual ? [] : [`Exit codes: ${codes}.`, ''])]
}

function argumentLines(command: Command): string[] {
  const lines = command.registeredArguments.map(
    (argument) =>
      `- \`${argument.required ? `<${argument.name()}>` : `[${argument.name()}]`}\`: ${argument.description}`,
  )
  return lines.length > 0 ? [...lines, ''] : []
}

function optionTable(options: readonly Option[]): string[] {
  const rows = options.map((option) => `| \`${option.flags}\` | ${cell(optionText(option))} |`)
  return ['| option | |', '|---|---|', ...rows]
}

function optionText({ description, argChoices, defaultValue, defaultValueDescription }: Option): string {
  const choices = argChoices ? `: ${argChoices.join(', ')}` : ''
  const byDefault = defaultValueDescription ?? defaultValue
  return `${description}${choices}${byDefault === undefined ? '' : ` (default: ${byDefault})`}`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}

function sentence(text: string): string {
  return `${text}.`
}

function fenced(language: string, lines: readonly string[]): string {
  return [`\`\`\`${language}`, ...lines, '```', ''].join('\n')
}

function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name()
}

function anchor(heading: string): string {
  return heading.replaceAll(' ', '-')
}
