import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  checkoutFolder,
  cleanEnvironment,
  type ServerProcess,
  startServerProcess,
} from '../support/server-process.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts'

// With the Node.js and the npm of this machine, as whoever installs the package: not with the pinned runtime.
const environment = cleanEnvironment()

const consumer = `
import { Token, TokenDatabaseStore } from 'porthor'
const token: Token = Token.generate()
console.log(typeof TokenDatabaseStore, token.toString().length)
`

describe('the package, installed in an empty folder', { timeout: 120_000 }, () => {
  let folder: TemporaryFolder
  let project: string

  beforeAll(async () => {
    folder = await temporaryFolder('package')
    project = join(folder.path, 'project')
    await mkdir(project)
    await run('npm', ['pack', '--pack-destination', folder.path], checkoutFolder)
    await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }')
    await writeFile(join(project, 'consumer.ts'), consumer)
    const tarball = await packedFile(folder.path)
    const types = `@types/node@${await lockedVersion('@types/node')}`
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball, types], project)
  }, 300_000)
  afterAll(() => folder.remove())

  it('can be imported', async () => {
    const { stdout } = await run(process.execPath, ['consumer.ts'], project)
    expect(stdout).toBe('function 48\n')
  })

  it('has types for strict TypeScript, of its own and of what they build on', async () => {
    const compiler = join(checkoutFolder, 'node_modules', '.bin', 'tsc')
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'esnext', '--types', 'node']
    await run(compiler, [...options, 'consumer.ts'], project, process.env)
  })

  it('has types that refuse what is wrong', async () => {
    await writeFile(
      join(project, 'wrong.ts'),
      "import { Token } from 'porthor'\nexport const token: Token = 1\n",
    )
    const compiler = join(checkoutFolder, 'node_modules', '.bin', 'tsc')
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'esnext', '--types', 'node']
    await expect(run(compiler, [...options, 'wrong.ts'], project, process.env)).rejects.toThrow(
      "Type 'number' is not assignable to type 'Token'",
    )
  })

  it('brings the page in the browser, and the client of the README, which runs as printed', async () => {
    const server = await startServerProcess({
      command: [join(project, 'node_modules', '.bin', 'porthor'), 'serve'],
      cwd: project,
      environment: { PORTHOR_DATA: join(folder.path, 'data-of-client') },
    })
    try {
      const page = await fetch(`${server.url}/auth/tokens`)
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('id="root"')])
      const { script, output } = await clientExample()
      await writeFile(join(project, 'client.ts'), script)
      const compiler = join(checkoutFolder, 'node_modules', '.bin', 'tsc')
      const options = [
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--target',
        'esnext',
        '--types',
        'node',
      ]
      await run(compiler, [...options, 'client.ts'], project, process.env)
      const { stdout } = await run(process.execPath, ['client.ts'], project, {
        ...environment,
        PORTHOR_URL: server.url,
        PORTHOR_TOKEN: await newToken(server),
      })
      expect(stdout).toBe(output)
    } finally {
      await server.close()
    }
  })

  it('brings the command line', async () => {
    const { stdout } = await run('npx', ['porthor', '--version'], project)
    const { version } = JSON.parse(await readFile(join(checkoutFolder, 'package.json'), 'utf8'))
    expect(stdout).toBe(`${version}\n`)
  })

  it('serves, on the embedded store', async () => {
    const server = await startServerProcess({
      command: [join(project, 'node_modules', '.bin', 'porthor'), 'serve'],
      cwd: project,
      environment: { PORTHOR_DATA: join(folder.path, 'data') },
    })
    await server.close()
  })

  it('holds no tests', async () => {
    const files = await readdir(join(project, 'node_modules', 'porthor'), { recursive: true })
    expect(files.filter((file) => /\.test\.|testing/.test(file))).toEqual([])
  })
})

/** @throws The command fails; the message holds all that it has written, for compilers write to the output stream. */
async function run(command: string, args: string[], cwd: string, env = environment) {
  try {
    return await promisify(execFile)(command, args, { cwd, env, maxBuffer: 16 * 1024 * 1024 })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error })
  }
}

/** The README's block of TypeScript, and what is printed below it. */
async function clientExample(): Promise<{ script: string; output: string }> {
  const readme = await readFile(join(checkoutFolder, 'README.md'), 'utf8')
  const [, script, output] = /^```ts\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```/m.exec(readme) ?? []
  if (!script || !output) throw new Error('The README has no example of the client')
  return { script, output }
}

async function newToken({ url, program }: ServerProcess): Promise<string> {
  await program.waitForOutput('Ctrl-C')
  const [bootstrapToken] = /gt-[\w-]{22}\.[\w-]{22}/.exec(program.output()) ?? []
  const answer = await fetch(`${url}/auth/api/v1/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bootstrapToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ username: 'alice', token_type: 'user', token_name: 'laptop' },
      scopes: ['read:all', 'user:token'],
    }),
  })
  return ((await answer.json()) as { token: string }).token
}

async function packedFile(folder: string): Promise<string> {
  const name = (await readdir(folder)).find((file) => file.endsWith('.tgz'))
  if (!name) throw new Error('npm pack has packed nothing')
  return join(folder, name)
}

/** The version that this checkout has, whose archive npm has kept. */
async function lockedVersion(name: string): Promise<string> {
  const { packages } = JSON.parse(await readFile(join(checkoutFolder, 'package-lock.json'), 'utf8'))
  return packages[`node_modules/${name}`].version
}
