import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkoutFolder, cleanEnvironment, startServerProcess } from '../support/server-process.ts'
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
