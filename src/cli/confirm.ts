import { confirm, isCancel } from '@clack/prompts'
import { CommandError, UsageError } from './exit-codes.ts'
import type { Shell } from './shell.ts'

/**
 * Asks before something is destroyed. The question goes to the error stream, so that results can be redirected.
 *
 * @param options.yes - The answer was given on the command line.
 * @throws {UsageError} There is nobody to ask.
 * @throws {CommandError} The answer is no.
 */
export async function requireConfirmation(
  shell: Shell,
  question: string,
  options: { yes?: boolean | undefined },
): Promise<void> {
  if (options.yes) return
  if (!shell.stdin.isTTY || !shell.stderr.isTTY) {
    throw new UsageError(`${question} There is no terminal to ask at: say --yes`)
  }
  const answer = await confirm({
    message: question,
    initialValue: false,
    input: shell.stdin,
    output: shell.stderr as NodeJS.WriteStream,
  })
  if (isCancel(answer) || !answer) throw new CommandError('Nothing was changed')
}
