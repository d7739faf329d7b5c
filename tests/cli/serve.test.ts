import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { curlAvailable, strictCurl } from '../support/curl.ts'
import { freePort } from '../support/free-port.ts'
import {
  checkoutFolder,
  cleanEnvironment,
  type ServerProcess,
  startServerProcess,
} from '../support/server-process.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts'
import { startTethered } from '../support/tethered.ts'
import { runCli } from './run-cli.ts'

const TOKEN = /gt-[\w-]{22}\.[\w-]{22}/

describe('serve, on the embedded default', { timeout: 60_000 }, () => {
  let folder: TemporaryFolder
  let environment: { PORTHOR_DATA: string }
  let server: ServerProcess

  beforeAll(async () => {
    folder = await temporaryFolder('serve')
    environment = { PORTHOR_DATA: join(folder.path, 'data') }
    server = await startServerProcess({ environment })
    await server.program.waitForOutput('Ctrl-C')
  })
  afterAll(() => folder.remove())

  it('says where it listens, and shows the bootstrap token that it has made', async () => {
    const output = server.program.output()
    expect(output).toContain(`Porthor listens on ${server.url}\n`)
    const [token] = TOKEN.exec(output) ?? []
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(`${server.url}/auth/api/v1/admins`, { headers })).status).toBe(200)
  })

  it.skipIf(curlAvailable() !== true)('prints commands that make a token and ask about it', async () => {
    const [first, second] = await runCurlLines(server, folder)
    expect(JSON.parse(first ?? '')).toEqual({ token: expect.stringMatching(TOKEN) })
    expect(JSON.parse(second ?? '')).toMatchObject({ username: 'alice', scopes: ['read:all'] })
  })

  it('keeps another server off its data', async () => {
    const args = ['serve', '--port', String(await freePort())]
    const refused = await runCli(args, { environment })
    expect([refused.status, refused.stdout]).toEqual([1, ''])
    expect(refused.stderr).toBe(
      `porthor: Another process uses the data folder ${environment.PORTHOR_DATA}. Stop it first, or choose another folder (PORTHOR_DATA)\n`,
    )
  })

  it('ends by Ctrl-C, with 0', async () => {
    expect(await server.program.end('SIGINT')).toBe(0)
    expect(server.program.output()).not.toMatch(/error| {4}at /)
  })

  it('shows no token at its next start, whose commands work all the same', async () => {
    const { bootstrap, again } = await restart()
    expect(again.program.output()).not.toContain(bootstrap)
    expect(again.program.output()).toContain(join(environment.PORTHOR_DATA, 'secrets.json'))
    if (curlAvailable() === true) {
      const [, second] = await runCurlLines(again, folder)
      expect(JSON.parse(second ?? '')).toMatchObject({ username: 'alice' })
    }
    expect(await again.program.end('SIGTERM')).toBe(0)
  })

  it('finishes what it was asked before it was told to end, and takes no more', async () => {
    const { bootstrap, again } = await restart()
    const body = JSON.stringify({ username: 'alice', token_type: 'user', token_name: 'slow' })
    const slow = await openRequest(again.port, bootstrap, body)
    again.program.signal('SIGTERM')
    await again.program.waitForOutput('Ending')
    await expect(fetch(`${again.url}/health`)).rejects.toThrow('fetch failed')
    slow.finish()
    expect(await slow.answer).toContain('201 Created')
    expect(await again.program.exited).toBe(0)
  })

  it('ends at once when it is told a second time', async () => {
    const { bootstrap, again } = await restart()
    const slow = await openRequest(again.port, bootstrap, '{}')
    again.program.signal('SIGINT')
    await again.program.waitForOutput('Ending')
    const toldAt = Date.now()
    expect(await again.program.end('SIGINT')).toBe(130)
    expect(Date.now() - toldAt).toBeLessThan(3_000)
    await slow.answer
  })

  it('takes one process only', async () => {
    const refused = await runCli(['serve', '--workers', '2', '--port', '0'], { environment })
    expect(refused.status).toBe(1)
    expect(refused.stderr).toContain('workers: must be 1 with the embedded database')
  })

  it('is called run as well, as in the reference', async () => {
    const server = await startServerProcess({ command: ['bin/porthor', 'run'], environment })
    await server.close()
  })

  it('names in its links the port that it was given for --port 0', async () => {
    const program = await startTethered(join(checkoutFolder, 'bin', 'porthor'), ['serve', '--port', '0'], {
      env: { ...cleanEnvironment(), ...environment },
    })
    await program.waitForOutput('Ctrl-C')
    const [, url] = /listens on (\S+)/.exec(program.output()) ?? []
    const [link = ''] = /\S+\/login\/link\/\S+/.exec(program.output()) ?? []
    expect(link).toContain(`${url}/login/link/`)
    expect((await fetch(link)).status).toBe(200)
    expect(await program.end('SIGINT')).toBe(0)
  })

  async function restart() {
    const again = await startServerProcess({ environment })
    await again.program.waitForOutput('Ctrl-C')
    const [bootstrap = ''] = TOKEN.exec(server.program.output()) ?? []
    return { again, bootstrap }
  }
})

describe('serve, where it cannot listen', { timeout: 60_000 }, () => {
  it('says so before it makes anything', async () => {
    const folder = await temporaryFolder('taken')
    const taken = createServer()
    await new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening))
    const { port } = taken.address() as AddressInfo
    const environment = { PORTHOR_DATA: join(folder.path, 'data') }
    const refused = await runCli(['serve', '--port', String(port)], { environment })
    expect(refused).toEqual({
      status: 1,
      stdout: '',
      stderr: `porthor: Port ${port} of 127.0.0.1 is in use: stop what listens there, or choose another port (--port)\n`,
    })
    expect(existsSync(environment.PORTHOR_DATA)).toBe(false)

    await runCli(['init'], { environment })
    const later = await runCli(['serve', '--port', String(port)], { environment })
    expect([later.status, later.stderr]).toEqual([1, refused.stderr])
    await new Promise((closed) => taken.close(closed))
    await folder.remove()
  })

  it('names the address', async () => {
    const refused = await runCli(['serve', '--host', '192.0.2.1', '--port', '0'], {
      environment: { PORTHOR_DATA: '/nonexistent/data' },
    })
    expect([refused.status, refused.stderr]).toEqual([
      1,
      'porthor: 192.0.2.1 is not an address of this machine: choose another (--host)\n',
    ])
  })
})

describe('serve, with what Porthor reads and does not use switched on', { timeout: 60_000 }, () => {
  it('says so once, and starts', async () => {
    const folder = await temporaryFolder('unused')
    const environment = {
      PORTHOR_DATA: join(folder.path, 'data'),
      SENTRY_DSN: 'https://very-secret@sentry.example.com/1',
      SENTRY_ENVIRONMENT: 'here',
    }
    const server = await startServerProcess({ environment })
    await server.program.waitForOutput('Ctrl-C')
    expect(server.program.output().match(/Setting is not used.*$/gm)).toEqual([
      expect.stringContaining('sentry'),
    ])
    expect(server.program.output()).not.toContain('very-secret')
    await folder.remove()
  })
})

/** Runs the lines that begin with curl, each by itself, as a person would. @returns What they print. */
async function runCurlLines(server: ServerProcess, folder: TemporaryFolder): Promise<string[]> {
  const lines = server.program.output().match(/^curl .*$/gm) ?? []
  expect(lines).toHaveLength(2)
  const printed: string[] = []
  for (const line of lines) {
    const env = { ...cleanEnvironment(), ...(await strictCurl(folder.path)) }
    printed.push((await promisify(execFile)('sh', ['-c', line], { cwd: folder.path, env })).stdout)
  }
  return printed
}

/** A request whose body does not come to its end until it is told to. */
async function openRequest(port: number, token: string, body: string) {
  const socket = connect(port, '127.0.0.1')
  await new Promise<void>((connected) => socket.once('connect', connected))
  const answer = new Promise<string>((resolve) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', () => {}).on('close', () => resolve(text))
  })
  const head = [
    'POST /auth/api/v1/tokens HTTP/1.1',
    'Host: 127.0.0.1',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 1)}`)
  // Long enough for the server to have begun with it.
  await new Promise((resolve) => setTimeout(resolve, 200))
  return { answer, finish: () => socket.write(body.slice(1)) }
}
