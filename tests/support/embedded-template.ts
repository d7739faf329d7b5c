import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { openEmbedded } from '../../src/storage/database.ts'
import { DATABASE_FOLDER } from '../../src/storage/embedded/embedded-database.ts'
import { SchemaManager } from '../../src/storage/schema-manager.ts'

/*
 * An embedded database takes seconds of the processor to be made, and tests want some hundred of them. So one is made for each
 * version of PGlite and of the schema, kept beside the packages, and copied.
 */

const MIGRATIONS = fileURLToPath(new URL('../../src/storage/migrations', import.meta.url))
const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url))

/** In a template: a data folder with the schema, and images of its database without and with it. */
const FOLDER = 'data'
const IMAGES = { empty: 'empty.tar', schema: 'schema.tar' } as const

/** Path of a tar file of a database without rows, to be kept in memory: without any table, or with those of Porthor. */
export async function embeddedImage(content: keyof typeof IMAGES): Promise<string> {
  return join(await template(), IMAGES[content])
}

/** Makes a data folder whose database has Porthor's tables, as if a server had been started and stopped there. */
export async function makeDataFolder(path: string): Promise<void> {
  await cp(join(await template(), FOLDER, DATABASE_FOLDER), join(path, DATABASE_FOLDER), { recursive: true })
}

let found: Promise<string> | null = null

function template(): Promise<string> {
  found ??= findOrMake()
  return found
}

async function findOrMake(): Promise<string> {
  const folder = join(MODULES, '.cache', 'porthor-tests', `embedded-${await version()}`)
  if (existsSync(folder)) return folder
  await mkdir(dirname(folder), { recursive: true })
  const begun = await mkdtemp(`${folder}-`)
  try {
    await make(begun)
    await rename(begun, folder)
  } catch (error) {
    await rm(begun, { recursive: true, force: true })
    // Another process was faster.
    if (!existsSync(folder)) throw error
  }
  return folder
}

async function make(folder: string): Promise<void> {
  const data = join(folder, FOLDER)
  const files = join(data, DATABASE_FOLDER)
  await mkdir(data)
  await writeImage(files, join(folder, IMAGES.empty))
  const connection = await openEmbedded({ folder: data })
  await new SchemaManager(connection).update()
  await connection.close()
  await writeImage(files, join(folder, IMAGES.schema))
}

async function writeImage(files: string, path: string): Promise<void> {
  const database = await PGlite.create(files)
  const image = await database.dumpDataDir('none')
  await database.close()
  await writeFile(path, image.stream())
}

/** Of all that decides what is in a template. */
async function version(): Promise<string> {
  const hash = createHash('sha256')
  const migrations = (await readdir(MIGRATIONS)).sort().map((name) => join(MIGRATIONS, name))
  for (const path of [join(MODULES, '@electric-sql', 'pglite', 'package.json'), ...migrations]) {
    hash.update(await readFile(path))
  }
  return hash.digest('hex').slice(0, 16)
}
