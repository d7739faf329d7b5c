/** The statuses with which the program ends. */
export const EXIT = {
  done: 0,
  /** It could not be done: refused, not found, a store away, wrong configuration, schema not current. */
  failed: 1,
  /** Asked for in a way that cannot be understood. */
  usage: 2,
  /** An audit has found what it has not repaired. */
  findings: 3,
  /** Ended by Ctrl-C, as shells have it. */
  interrupted: 130,
} as const

/** Ends the command with a line for people; a trace of it would not help them. */
export class CommandError extends Error {
  readonly exitCode: number

  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'CommandError'
    this.exitCode = options.exitCode ?? EXIT.failed
  }
}

/** What was given on the command line does not make sense. */
export class UsageError extends CommandError {
  constructor(message: string) {
    super(message, { exitCode: EXIT.usage })
    this.name = 'UsageError'
  }
}
