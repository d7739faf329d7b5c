import type { Environment } from '../config/environment.ts'

/** What the program has from whoever started it. Everything in cli/ takes it from here, so that tests can pass their own. */
export interface Shell {
  readonly stdin: NodeJS.ReadStream
  /** Results, and nothing else. */
  readonly stdout: Output
  /** Everything else: errors, questions, progress, the log of commands. */
  readonly stderr: Output
  readonly environment: Environment
}

/** A stream to write to; `isTTY` where a person is looking. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }
