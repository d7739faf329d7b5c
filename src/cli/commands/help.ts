import type { Command } from 'commander'
import type { CliCommand } from '../cli-command.ts'
import { UsageError } from '../exit-codes.ts'

/** `help [topic…]`: commander's own would show the program's help for a topic that does not exist. */
export function addHelp(program: CliCommand): void {
  program
    .command('help')
    .argument('[topic...]', 'a command, or a command and its subcommand')
    .description('Show help for the program or a command')
    .example('All commands', 'porthor help')
    .example('One of them', 'porthor help token create')
    .action((topic: string[]) => {
      find(program, topic).outputHelp()
    })
}

function find(program: Command, topic: readonly string[]): Command {
  return topic.reduce<Command>((command, name) => {
    const found = command.commands.find((child) => child.name() === name || child.aliases().includes(name))
    if (!found) throw new UsageError(`There is no help topic ${topic.join(' ')}`)
    return found
  }, program)
}
