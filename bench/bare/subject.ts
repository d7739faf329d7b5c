import type { Config } from '../../src/config/index.ts'
import type { Subject } from '../subject.ts'
import { audit } from './audit.ts'
import { create } from './create.ts'
import { expire } from './expire.ts'
import { getInfo, list } from './list.ts'
import { narrow, rename } from './modify.ts'
import { readData } from './read-data.ts'
import { revoke } from './revoke.ts'
import { type BareStores, giveBack, openBareStores, takeRedis } from './stores.ts'

/** The statements and commands of PROTOCOLS.md by hand: what Porthor is measured against. */
export async function openBare(config: Config): Promise<Subject> {
  const stores = await openBareStores(config)
  const batch = config.database.kind === 'embedded' ? 100 : 1_000
  await bless(stores)
  return {
    name: 'bare',
    create: (maker, tokenName) => create(stores, maker, tokenName),
    narrow: (token) => narrow(stores, token),
    rename: (token, tokenName) => rename(stores, token, tokenName),
    list: (username) => list(stores, username),
    revoke: (token) => revoke(stores, token.token.key),
    getInfo: (key) => getInfo(stores, key),
    readData: (key) => readData(stores, key),
    audit: () => audit(stores),
    expire: () => expire(stores, batch),
    stores: {
      query: async <Row>(text: string, values?: unknown[]) => (await query(stores, text, values)) as Row[],
      redis: stores.idle && ((commands) => send(stores, commands)),
    },
    async close() {
      for (const { client } of stores.idle ?? []) client.destroy()
      await stores.pool.end()
    },
  }
}

async function query(stores: BareStores, text: string, values?: unknown[]) {
  const client = await stores.pool.connect()
  try {
    return (await client.query(text, values)).rows
  } finally {
    client.release()
  }
}

async function send(stores: BareStores, commands: string[][]): Promise<unknown[]> {
  const link = await takeRedis(stores)
  try {
    return await Promise.all(commands.map((command) => link?.client.sendCommand(command)))
  } finally {
    giveBack(stores, link)
  }
}

/** Names the Redis at hand as the one to be trusted, as a first start does. */
async function bless(stores: BareStores): Promise<void> {
  const link = await takeRedis(stores)
  if (!link) return
  await query(stores, 'DELETE FROM porthor_redis')
  await query(stores, 'INSERT INTO porthor_redis (identity, blessed_at) VALUES ($1, now())', [link.identity])
  giveBack(stores, link)
}
