import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import pg from 'pg'

/** Where something was written: what it is called, and all that it holds. */
export type Places = Readonly<Record<string, string>>

/**
 * The places that hold a secret, whatever it was written as.
 *
 * @param secrets - By what they are called.
 * @returns `<secret> as <form> in <place>`
 */
export function findLeaks(
  secrets: Iterable<readonly [name: string, secret: string]>,
  places: Places,
): string[] {
  const texts = Object.entries(places)
  return [...secrets].flatMap(([name, secret]) =>
    Object.entries(formsOf(secret)).flatMap(([form, written]) =>
      texts.flatMap(([place, text]) => (text.includes(written) ? [`${name} as ${form} in ${place}`] : [])),
    ),
  )
}

/** As a secret might be written. A digest without a key is as good as the secret where that can be guessed. */
export function formsOf(secret: string): Record<string, string> {
  const bytes = Buffer.from(secret)
  const base64 = (from: Buffer) => inTheMiddle(from.toString('base64'))
  return {
    itself: secret,
    reversed: [...secret].reverse().join(''),
    base64: base64(bytes),
    // It begins elsewhere where something stands before it, as a username does in Basic.
    'base64 after one byte': base64(Buffer.concat([Buffer.from('x'), bytes])),
    'base64 after two bytes': base64(Buffer.concat([Buffer.from('xx'), bytes])),
    base64url: base64(bytes).replaceAll('+', '-').replaceAll('/', '_'),
    hexadecimal: bytes.toString('hex'),
    'hexadecimal in capitals': bytes.toString('hex').toUpperCase(),
    'URL-encoded': encodeURIComponent(secret),
    'JSON within JSON': JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    MD5: createHash('md5').update(secret).digest('hex'),
    'SHA-1': createHash('sha1').update(secret).digest('hex'),
  }
}

/** SHA-256 belongs to the database for secrets that are random; not for those that people think of. */
export function digestsOf(secret: string): string[] {
  const digest = createHash('sha256').update(secret).digest()
  return [digest.toString('hex'), digest.toString('base64').replace(/=+$/, ''), digest.toString('base64url')]
}

/** Without what stands for bits of neighbours. */
function inTheMiddle(base64: string): string {
  return base64.replace(/=+$/, '').slice(3, -1)
}

/** With all that an error says of itself. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_, field) =>
    field instanceof Error
      ? { ...field, message: field.message, stack: field.stack, cause: field.cause }
      : field,
  )
}

/** All rows of all tables, as text. */
export async function dumpDatabase(url: string): Promise<string> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const tables = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    )
    const dumps: unknown[] = []
    for (const { name } of tables.rows)
      dumps.push(name, (await client.query(`SELECT t::text FROM ${pg.escapeIdentifier(name)} t`)).rows)
    return JSON.stringify(dumps)
  } finally {
    await client.end()
  }
}

/** All keys of all databases, as text. */
export async function dumpRedis(url: string, password: string): Promise<string> {
  const dumps: unknown[] = []
  for (const database of [0, 1]) {
    const client = createClient({ url, password, database })
    await client.connect()
    for await (const keys of client.scanIterator()) {
      for (const key of keys) {
        const type = await client.type(key)
        dumps.push([key, type === 'hash' ? await client.hGetAll(key) : await client.get(key)])
      }
    }
    client.destroy()
  }
  return JSON.stringify(dumps)
}

/** All files of a folder and of those below it, byte by byte. */
export async function dumpFolder(
  folder: string,
  { without = [] as readonly string[] } = {},
): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && !without.includes(entry.name))
  const texts = await Promise.all(
    files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')),
  )
  return texts.join('\n')
}
