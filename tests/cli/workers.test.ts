import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import {
  checkoutFolder,
  cleanEnvironment,
  type ServerProcess,
  startServerProcess,
} from '../support/server-process.ts'
import { startTethered } from '../support/tethered.ts'
import { type CliStores, cliBackends } from './backends.ts'
import { childrenOf } from './children.ts'
import { runCli } from './run-cli.ts'

const [, platform] = cliBackends

describe.skipIf(platform?.available !== true)('serve, on PostgreSQL and Redis', { timeout: 60_000 }, () => {
  let stores: CliStores

  beforeAll(async () => {
    if (!platform) throw new Error('There is no such backend')
    stores = await platform.open()
  })
  afterAll(() => stores?.close())

  const start = (...args: string[]) => startServerProcess({ args, environment: stores.environment })

  it('logs JSON lines to its output, and shows no bootstrap token', async () => {
    const server = await start()
    await server.close()
    const lines = logOf(server)
    for (const line of lines) {
      expect(line).toMatchObject({
        severity: expect.any(String),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        logger: 'porthor',
        event: expect.any(String),
      })
    }
    const events = lines.map(({ event }) => event)
    expect(events).toEqual(
      expect.arrayContaining([
        'Updated the schema',
        'Entered the initial administrators',
        'Listening',
        'Ending',
      ]),
    )
    expect(server.program.output()).not.toContain('gt-')
  })

  it('shares its port among several processes, which see what the others do at once', async () => {
    const server = await start('--workers', '2')
    expect(await workersOf(server)).toHaveLength(2)
    const made = await runCli(['token', 'create', '--user', 'alice', '--name', 'shared'], {
      environment: stores.environment,
    })
    const token = made.stdout.trim()
    const ask = async () => {
      const headers = { authorization: `Bearer ${token}`, connection: 'close' }
      return (await fetch(`${server.url}/auth/api/v1/token-info`, { headers })).status
    }
    expect(await several(ask)).toEqual(Array(10).fill(200))
    await runCli(['token', 'revoke', token, '--yes'], { environment: stores.environment })
    expect(await several(ask)).toEqual(Array(10).fill(401))
    await server.close()
    expect(logOf(server).filter(({ event }) => event === 'Listening')).toHaveLength(1)
  })

  it('replaces a worker that dies, and goes on meanwhile', async () => {
    const server = await start('--workers', '2')
    // It is healthy as soon as the first of them listens; with that one alone the port would go.
    await server.program.waitForOutput('"Listening"')
    const [first = 0, second = 0] = await workersOf(server)
    process.kill(first, 'SIGKILL')
    await server.program.waitForOutput('A worker has died')
    expect((await fetch(`${server.url}/health`)).status).toBe(200)
    await expect.poll(() => workersOf(server), { timeout: 10_000 }).toHaveLength(2)
    const now = await workersOf(server)
    expect(now).toContain(second)
    expect(now).not.toContain(first)
    expect(await server.program.end('SIGTERM')).toBe(0)
    await expect.poll(() => now.filter(isRunning)).toEqual([])
  })

  it('replaces a worker that is killed while it starts', async () => {
    const port = await freePort()
    const args = ['serve', '--workers', '2', '--host', '127.0.0.1', '--port', String(port)]
    const program = await startTethered(join(checkoutFolder, 'bin', 'porthor'), args, {
      cwd: checkoutFolder,
      env: { ...cleanEnvironment(), ...stores.environment },
    })
    await expect.poll(() => workersOf({ program }), { interval: 5, timeout: 30_000 }).toHaveLength(2)
    const [first = 0] = await workersOf({ program })
    process.kill(first, 'SIGKILL')
    await program.waitForOutput('"Listening"')
    expect(program.output()).toContain('A worker has died')
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200)
    expect(await program.end('SIGTERM')).toBe(0)
  })

  it('takes its workers along, however it ends', async () => {
    const server = await start('--workers', '2')
    const workers = await workersOf(server)
    await server.program.end('SIGKILL')
    await expect.poll(() => workers.filter(isRunning), { timeout: 10_000 }).toEqual([])
  })
})

function logOf(server: ServerProcess): Record<string, unknown>[] {
  return server.program
    .output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

async function several<T>(work: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: 10 }, work))
}

/** Process ids of the workers. */
function workersOf({ program }: Pick<ServerProcess, 'program'>): Promise<number[]> {
  return childrenOf(program.pid)
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
