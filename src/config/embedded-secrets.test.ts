import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Token } from '../models/token.ts'
import { readOrCreateEmbeddedSecrets } from './embedded-secrets.ts'
import { ConfigError } from './errors.ts'
import { isFernetKey } from './fernet-key.ts'

let parent: string
let folder: string

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'porthor-secrets-'))
  folder = join(parent, 'data')
})
afterEach(() => rm(parent, { recursive: true }))

const write = async (text: string) => {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'secrets.json'), text)
}
const failure = () => readOrCreateEmbeddedSecrets(folder).catch((error: unknown) => error)

describe("the embedded store's secrets", () => {
  it('are made on the first run and found again on the next', async () => {
    const made = await readOrCreateEmbeddedSecrets(folder)
    expect(made.created).toBe(true)
    expect(isFernetKey(made.sessionSecret)).toBe(true)
    expect(Token.isToken(made.bootstrapToken)).toBe(true)
    expect(await readOrCreateEmbeddedSecrets(folder)).toEqual({ ...made, created: false })
  })

  it('are for their owner alone', async () => {
    await readOrCreateEmbeddedSecrets(folder)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect((await stat(join(folder, 'secrets.json'))).mode & 0o777).toBe(0o600)
  })

  it('are the same for all who make them at once, and nothing else is left behind', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => readOrCreateEmbeddedSecrets(folder)))
    expect(all.filter(({ created }) => created)).toHaveLength(1)
    expect(new Set(all.map(({ sessionSecret }) => sessionSecret)).size).toBe(1)
    expect(await readdir(folder)).toEqual(['secrets.json'])
  })

  it('are not made anew where a database is that they could not read', async () => {
    await mkdir(join(folder, 'database'), { recursive: true })
    await writeFile(join(folder, 'database', 'PG_VERSION'), '18\n')
    const error = await failure()
    expect(error).toBeInstanceOf(ConfigError)
    expect(error).toHaveProperty('message', expect.stringContaining('holds a database'))
    expect(await readdir(folder)).toEqual(['database'])
  })

  it.each([
    ['is empty', ''],
    ['is half written', '{"sessionSecret":"AAECAwQFBg'],
    ['lacks one', JSON.stringify({ sessionSecret: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=' })],
    ['holds no key', JSON.stringify({ sessionSecret: 'AAECAwQFBg', bootstrapToken: 'gt-a.b' })],
  ])('are not replaced, nor shown, where the file %s', async (_what, text) => {
    await write(text)
    const error = await failure()
    expect(error).toBeInstanceOf(ConfigError)
    expect(error).toHaveProperty('message', expect.stringContaining('is damaged'))
    expect(String(error)).not.toContain('AAECAwQFBg')
    expect(await readFile(join(folder, 'secrets.json'), 'utf8')).toBe(text)
  })

  it('that cannot be read or made are an error that says why', async () => {
    await mkdir(join(folder, 'secrets.json'), { recursive: true })
    expect(await failure()).toHaveProperty('message', expect.stringContaining('cannot be read (EISDIR)'))
    await rm(folder, { recursive: true })
    await writeFile(folder, '')
    expect(await failure()).toHaveProperty('message', expect.stringContaining('(ENOTDIR)'))
  })
})
