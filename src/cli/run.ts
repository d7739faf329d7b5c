import { CommanderError } from 'commander'
import { redact } from '../http/redact.ts'
import { KEY_PATTERN } from '../models/token.ts'
import { EXIT } from './exit-codes.ts'
import { explainError } from './explain-error.ts'
import { buildProgram } from './program.ts'
import type { Shell } from './shell.ts'

/**
 * Runs the command line.
 *
 * @param args - Without the runtime and the program's path.
 * @returns The exit code.
 */
export async function runCommandLine(args: readonly string[], shell: Shell): Promise<number> {
  try {
    await buildProgram(shell).parseAsync(keysLast(args), { from: 'user' })
    return EXIT.done
  } catch (error) {
    // Commander has written its message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    return reportError(error, shell, wantsTrace(args, shell))
  }
}

/** A key may begin with a hyphen, as one in 64 does: behind `--` it is not taken for an option. */
function keysLast(args: readonly string[]): string[] {
  const isKey = (arg: string) => /^-[^-]/.test(arg) && KEY_PATTERN.test(arg)
  const keys = args.filter(isKey)
  if (keys.length === 0 || args.includes('--')) return [...args]
  return [...args.filter((arg) => !isKey(arg)), '--', ...keys]
}

function wantsTrace(args: readonly string[], { environment }: Shell): boolean {
  return args.includes('--debug') || Boolean(environment.PORTHOR_DEBUG)
}

function reportError(error: unknown, { stderr }: Shell, trace: boolean): number {
  const explained = explainError(error, null)
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  if (explained) stderr.write(`porthor: ${explained.message}\n`)
  else stderr.write(`porthor: unexpected error: ${redact(message)}${trace ? '' : ' (--debug shows more)'}\n`)
  if (trace) stderr.write(`${redact(String(stack))}\n`)
  return explained?.exitCode ?? EXIT.failed
}
