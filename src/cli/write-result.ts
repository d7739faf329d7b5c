import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CommandError } from './exit-codes.ts'
import type { Shell } from './shell.ts'

/**
 * Writes a result to a file, whose missing folders are made, or to the output stream.
 *
 * @throws {CommandError} The file cannot be written.
 */
export async function writeResult(shell: Shell, text: string, path: string | undefined): Promise<void> {
  if (path === undefined) {
    shell.stdout.write(text)
    return
  }
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new CommandError(`${path} cannot be written (${code})`, { cause: error })
  }
}
