import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryFolder {
  /** Absolute; the folder is empty and mode 0700. */
  readonly path: string
  /** Removes it with all that is in it; may be called twice. */
  remove(): Promise<void>
}

const unremoved = new Set<string>()
process.on('exit', () => {
  for (const path of unremoved) rmSync(path, { recursive: true, force: true })
})

/**
 * Makes a folder that is removed at the end of this process at the latest or, where global-setup.ts has made a folder for
 * the whole run of the tests, at the end of that: Vitest's workers do not come to an end of their own.
 *
 * @param label - Says in the folder's name what it is for.
 */
export async function temporaryFolder(label = 'test'): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(process.env.PORTHOR_TEST_FOLDER ?? tmpdir(), `porthor-${label}-`))
  unremoved.add(path)
  return {
    path,
    async remove() {
      // What was killed a moment ago may still write.
      await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
      unremoved.delete(path)
    },
  }
}
