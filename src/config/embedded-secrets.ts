import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { Token } from '../models/token.ts'
import { errorCode } from './environment.ts'
import { ConfigError } from './errors.ts'
import { generateFernetKey, isFernetKey } from './fernet-key.ts'

/** Secrets of the embedded store. `created`: made by this very call, not read. */
export interface EmbeddedSecrets {
  sessionSecret: string
  bootstrapToken: string
  created: boolean
}

const FILE_NAME = 'secrets.json'

const secretsSchema = z.object({
  sessionSecret: z.string().refine(isFernetKey),
  bootstrapToken: z.string().refine(Token.isToken),
})
type Secrets = z.output<typeof secretsSchema>

/**
 * Reads the secrets of the embedded store, `secrets.json` in the data folder, or makes them (mode 0600, the folder 0700)
 * on the first run. Of several processes that make them at once all get those of one.
 *
 * @throws {ConfigError} They can be neither read nor made, or are missing where a database is already there: what it
 * holds could not be read with new ones.
 */
export async function readOrCreateEmbeddedSecrets(dataFolder: string): Promise<EmbeddedSecrets> {
  const found = await readEmbeddedSecrets(dataFolder)
  if (found) return { ...found, created: false }

  const path = join(dataFolder, FILE_NAME)
  if (await holdsDatabase(dataFolder)) {
    throw failure(
      path,
      'is missing, but its folder holds a database, whose tokens new secrets could not read: put the file back, or set sessionSecret and bootstrapToken',
    )
  }
  const made = { sessionSecret: generateFernetKey(), bootstrapToken: Token.generate().toString() }
  try {
    await mkdir(dataFolder, { recursive: true, mode: 0o700 })
    if (await createWhole(path, `${JSON.stringify(made, null, 2)}\n`)) return { ...made, created: true }
  } catch (error) {
    throw failure(path, `cannot be made (${errorCode(error)})`, error)
  }
  const others = await readEmbeddedSecrets(dataFolder)
  if (!others) throw failure(path, 'was there a moment ago, and is gone')
  return { ...others, created: false }
}

/**
 * Reads the secrets of the embedded store.
 *
 * @returns Null if there are none yet.
 * @throws {ConfigError} They are there but cannot be read, or are not whole.
 */
export async function readEmbeddedSecrets(dataFolder: string): Promise<Secrets | null> {
  const path = join(dataFolder, FILE_NAME)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null
    throw failure(path, `cannot be read (${errorCode(error)})`, error)
  })
  if (text === null) return null
  const outcome = secretsSchema.safeParse(parseJson(text))
  if (!outcome.success) {
    throw failure(
      path,
      'is damaged: it must hold a sessionSecret and a bootstrapToken. Put it back from a backup',
    )
  }
  return outcome.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Makes a file that is whole as soon as it can be seen, unless there is one already.
 *
 * @returns Whether it was made.
 */
async function createWhole(path: string, text: string): Promise<boolean> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    // Not a rename: that would take the place of what another process has made meanwhile, and may be using.
    await link(temporary, path)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
}

/** Whether a PostgreSQL data folder lies in the folder or is it. */
async function holdsDatabase(folder: string): Promise<boolean> {
  const entries = await readdir(folder).catch(() => [])
  const marks = ['PG_VERSION', ...entries.map((entry) => join(entry, 'PG_VERSION'))]
  const found = await Promise.all(marks.map((mark) => stat(join(folder, mark)).then(Boolean, () => false)))
  return found.includes(true)
}

function failure(path: string, message: string, cause?: unknown): ConfigError {
  const error = new ConfigError([{ path, message }], 'data folder')
  if (cause !== undefined) error.cause = cause
  return error
}
