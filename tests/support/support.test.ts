import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { missingParts } from './global-setup.ts'
import { createTestDatabase, postgresAvailable } from './postgres.ts'
import { redisAvailable, startRedis, workerRedis } from './redis.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { startTethered } from './tethered.ts'

it('has every part that tests need, where CI=true forbids to leave any out', () => {
  expect(process.env.CI === 'true' ? missingParts() : []).toEqual([])
})

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query(text)
    return rows
  } finally {
    await client.end()
  }
}

describe.skipIf(postgresAvailable() !== true)('a test database', () => {
  it('is empty, and gone once dropped', async () => {
    const database = await createTestDatabase()
    expect(await query(database.url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).toEqual(
      [],
    )
    await database.drop()
    await database.drop()
    await expect(query(database.url, 'SELECT 1')).rejects.toThrow('does not exist')
  })

  it('can be a copy of another one, which it then leaves alone', async () => {
    const template = await createTestDatabase()
    await query(template.url, 'CREATE TABLE a AS SELECT 1 AS b')
    const copies = await Promise.all([createTestDatabase(template), createTestDatabase(template)])
    for (const copy of copies) {
      expect(await query(copy.url, 'SELECT b FROM a')).toEqual([{ b: 1 }])
      await query(copy.url, 'DROP TABLE a')
      await copy.drop()
    }
    expect(await query(template.url, 'SELECT b FROM a')).toEqual([{ b: 1 }])
    await template.drop()
  })

  it('is dropped under those who are still connected', async () => {
    const database = await createTestDatabase()
    const client = new pg.Client({ connectionString: database.url })
    const lost = new Promise((resolve) => client.on('error', resolve))
    await client.connect()
    await database.drop()
    await lost
  })
})

describe.skipIf(redisAvailable() !== true)('a test Redis', () => {
  it('is the same for the whole worker, and empty whenever it is asked for', async () => {
    const redis = await workerRedis()
    const client = createClient({ url: redis.url })
    await client.connect()
    await client.set('a', 'b')
    expect(await workerRedis()).toBe(redis)
    expect(await client.get('a')).toBeNull()
    client.destroy()
  })

  it('comes back empty where it stood', async () => {
    const first = await startRedis()
    await first.stop()
    const second = await startRedis({ port: first.port })
    expect(second.url).toBe(first.url)
    await second.stop()
  })
})

describe('a tethered program', () => {
  it('tells its output and its exit status', async () => {
    const program = await startTethered('sh', ['-c', 'echo out; echo err >&2; exit 3'])
    expect(await program.exited).toBe(3)
    expect(program.output().split('\n').sort()).toEqual(['', 'err', 'out'])
  })

  it('is told apart from one that a signal ends', async () => {
    const program = await startTethered('sleep', ['60'])
    expect(await program.end('SIGTERM')).toBe(128 + 15)
  })

  it('ends when the process that started it is killed, and its folder is removed', async () => {
    const folder = await temporaryFolder('tether')
    const inner = join(folder.path, 'inner')
    await mkdir(inner)
    const script = join(folder.path, 'parent.ts')
    const module = new URL('./tethered.ts', import.meta.url).href
    await writeFile(
      script,
      `import { startTethered } from '${module}'
       const { pid } = await startTethered('sleep', ['60'], { removeFolder: '${inner}' })
       console.log('started ' + pid + '.')`,
    )
    const parent = await startTethered(process.execPath, [script])
    await parent.waitForOutput('.\n')
    const pid = Number(/started (\d+)/.exec(parent.output())?.[1])
    expect(isRunning(pid)).toBe(true)
    await parent.end('SIGKILL')
    await expect.poll(() => isRunning(pid)).toBe(false)
    await expect.poll(() => existsSync(inner)).toBe(false)
    await folder.remove()
  })
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
