import { Command } from 'commander'

/** A line as it can be typed, and what it does. */
export interface Example {
  readonly about: string
  readonly line: string
}

const EXIT_CODES: readonly [number, string][] = [
  [0, 'done'],
  [1, 'failed'],
  [2, 'wrong usage'],
]

/** A command of the program: commander's, with examples and exit codes in its help. */
export class CliCommand extends Command {
  readonly examples: Example[] = []
  readonly exitCodes = new Map(EXIT_CODES)

  constructor(name?: string) {
    super(name)
    // The program's own `help` takes any topic.
    this.helpCommand(false)
    this.addHelpText('after', () => this.#afterHelp())
  }

  override createCommand(name?: string): CliCommand {
    return new CliCommand(name)
  }

  /** Adds an example to the help. `line` begins with the program's name. */
  example(about: string, line: string): this {
    this.examples.push({ about, line })
    return this
  }

  /** Adds or replaces what an exit code means. */
  exitCode(code: number, meaning: string): this {
    this.exitCodes.set(code, meaning)
    return this
  }

  #afterHelp(): string {
    const examples = this.examples.flatMap(({ about, line }) => [`  # ${about}`, `  ${line}`])
    const codes = [...this.exitCodes].map(([code, meaning]) => `${code} ${meaning}`)
    return [
      ...(examples.length > 0 ? ['', 'Examples:', ...examples] : []),
      '',
      `Exit codes: ${codes.join(', ')}`,
    ].join('\n')
  }
}
