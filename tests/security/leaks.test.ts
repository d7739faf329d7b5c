import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { makeLog } from '../../src/cli/log.ts'
import { type LogLine, memoryLog } from '../http/api.ts'
import { createTestDatabase, postgresAvailable } from '../support/postgres.ts'
import { redisAvailable, startRedis } from '../support/redis.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { dumpDatabase, dumpFolder, dumpRedis, findLeaks, formsOf, textOf } from './leaks.ts'

const SECRET = 'canary+secret/0123456789-ABC"\\'
const PASSWORD = 'of the store'

/** Writes a text where one kind of thing is written, and collects what is there as the search for canaries does. */
const channels: Record<string, { available?: true | string; leak(text: string): Promise<string> }> = {
  'a line of the log, as JSON': { leak: async (text) => logged('json', text) },
  'a line of the log, for people': { leak: async (text) => logged('text', text) },
  'the fields of the log of a test': {
    async leak(text) {
      const lines: LogLine[] = []
      memoryLog(lines).debug({ deep: [{ field: text }] }, 'Something')
      return textOf(lines)
    },
  },
  'the cause of an error': {
    leak: async (text) => textOf([new Error('It failed', { cause: new Error(text) })]),
  },
  'the stack of an error': {
    async leak(text) {
      const error = new Error('It failed')
      error.stack = `Error: ${text}\n    at here`
      return textOf({ error })
    },
  },
  'an answer': { leak: async (text) => textOf([{ headers: { location: text } }]) },
  'the database': {
    available: postgresAvailable(),
    async leak(text) {
      const { url, drop } = await createTestDatabase()
      const client = new pg.Client(url)
      await client.connect()
      await client.query('CREATE TABLE kept (id integer, value bytea, note text)')
      await client.query('INSERT INTO kept VALUES (1, NULL, $1)', [text])
      await client.end()
      const dump = await dumpDatabase(url)
      await drop()
      return dump
    },
  },
  Redis: {
    available: redisAvailable(),
    async leak(text) {
      const redis = await startRedis({ settings: ['--requirepass', PASSWORD] })
      const client = createClient({ url: redis.url, password: PASSWORD, database: 1 })
      await client.connect()
      await client.hSet('somewhere', { field: text })
      client.destroy()
      const dump = await dumpRedis(redis.url, PASSWORD)
      await redis.stop()
      return dump
    },
  },
  'the folder of the embedded database': {
    async leak(text) {
      const folder = await temporaryFolder('leaks')
      await writeFile(join(folder.path, '0001'), `\0\x01binary${text}\0`, 'latin1')
      const dump = await dumpFolder(folder.path, { without: ['secrets.json'] })
      await folder.remove()
      return dump
    },
  },
}

function logged(form: 'json' | 'text', text: string): string {
  let written = ''
  const destination = {
    write(line: string) {
      written += line
    },
  }
  makeLog({ form, level: 'DEBUG', destination }).debug({ nested: { field: text } }, 'Something')
  return written
}

describe.each(Object.entries(channels))(
  'a secret that was written to %s',
  (_, { available = true, leak }) => {
    it.skipIf(available !== true).each(Object.entries(formsOf('canary-secret-0123456789')))(
      'as %s is found',
      async (_form, written) => {
        const place = await leak(`before ${written} after`)
        expect(findLeaks([['canary', 'canary-secret-0123456789']], { place })).not.toEqual([])
        expect(
          findLeaks([['canary', 'canary-secret-0123456789']], { place: await leak('before after') }),
        ).toEqual([])
      },
    )
  },
)

describe('a secret with characters that are written otherwise', () => {
  it.each([
    ['itself', SECRET],
    ['a field of JSON', JSON.stringify({ value: JSON.stringify({ value: SECRET }) })],
    ['a parameter of a URL', `${new URLSearchParams({ a: SECRET })} ${encodeURIComponent(SECRET)}`],
    ['the password of Basic', Buffer.from(`user:${SECRET}`).toString('base64')],
    ['the username of Basic', Buffer.from(`${SECRET}:x`).toString('base64url')],
  ])('is found as %s', (_, text) => {
    expect(findLeaks([['canary', SECRET]], { text })).not.toEqual([])
  })
})
