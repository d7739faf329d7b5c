import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { curlAvailable, strictCurl } from '../support/curl.ts'
import {
  checkoutFolder,
  cleanEnvironment,
  type ServerProcess,
  startServerProcess,
} from '../support/server-process.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts'

describe('npm start, on a new data folder', () => {
  let folder: TemporaryFolder
  let first: ServerProcess

  const start = async () => {
    const server = await startServerProcess({
      command: ['npm', 'start', '--'],
      environment: { PORTHOR_DATA: join(folder.path, 'data') },
    })
    await server.program.waitForOutput('Ctrl-C')
    return server
  }

  beforeAll(async () => {
    folder = await temporaryFolder('start')
    first = await start()
  }, 120_000)
  afterAll(() => folder.remove())

  it('prints where it listens and the bootstrap token that it has made', () => {
    expect(first.program.output()).toContain(first.url)
    expect(bootstrapTokens(first)).not.toEqual([])
  })

  it.skipIf(curlAvailable() !== true)('prints two curl lines that work as they are printed', async () => {
    const commands = curlCommands(first)
    expect(commands).toHaveLength(2)
    for (const command of commands) await runAsPrinted(command, folder)
  })

  it('keeps a second process off its data, saying so', async () => {
    await expect(start()).rejects.toThrow(join(folder.path, 'data'))
    expect((await fetch(`${first.url}/health`)).status).toBe(200)
  })

  it('ends well on Ctrl-C, and without complaints of npm', async () => {
    await first.close()
    expect(first.program.output()).not.toMatch(/npm error/i)
  })

  it('finds everything again when started once more, and makes no other bootstrap token', async () => {
    const second = await start()
    const [token] = bootstrapTokens(first)
    const answer = await fetch(`${second.url}/auth/api/v1/admins`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(answer.status).toBe(200)
    expect(bootstrapTokens(second).filter((other) => other !== token)).toEqual([])
    await second.close()
  })
})

function bootstrapTokens(server: ServerProcess): string[] {
  return server.program.output().match(/gt-[\w-]{22}\.[\w-]{22}/g) ?? []
}

/** The lines that begin with curl, each with those that a backslash continues it by. */
function curlCommands(server: ServerProcess): string[] {
  return server.program.output().match(/^[ \t]*curl (?:.*\\\n)*.*/gm) ?? []
}

async function runAsPrinted(command: string, folder: TemporaryFolder): Promise<void> {
  const environment = { ...cleanEnvironment(), ...(await strictCurl(folder.path)) }
  await promisify(execFile)('sh', ['-c', command], { cwd: checkoutFolder, env: environment })
}
