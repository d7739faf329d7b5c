import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { cleanEnvironment } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { startTethered } from '../support/tethered.ts'

/*
 * Writes fail because a module that is loaded first says so, not because a disk is full: that needs neither root nor a disk,
 * and fails every write, the one to the database's log included, which a full disk reaches only now and then.
 */
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))

it('a full disk below the embedded database: changes are refused, what was answered stays, and it goes on by itself', async () => {
  const folder = await temporaryFolder('disk')
  const flag = join(folder.path, 'full')
  const args = [
    '--import',
    here('full-disk.mjs'),
    here('full-disk-process.ts'),
    join(folder.path, 'data'),
    flag,
  ]
  const program = await startTethered(process.execPath, args, {
    env: { ...cleanEnvironment(), PORTHOR_TEST_FULL_DISK: flag },
  })
  await program.waitForOutput('fates ', 100)
  const fates = JSON.parse(/^fates (.*)$/m.exec(program.output())?.[1] ?? '')
  expect(fates).toEqual({ lost: 'unavailable', refused: 'unavailable', notes: ['after', 'before'] })
  expect(await program.exited).toBe(0)
}, 120_000)
