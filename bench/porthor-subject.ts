import { CompiledQuery } from 'kysely'
import { openPorthor, type Porthor } from '../src/composition.ts'
import type { Config } from '../src/config/index.ts'
import type { TokenData } from '../src/models/token-data.ts'
import type { Caller } from '../src/services/caller.ts'
import { silentLog } from '../src/services/token-log.ts'
import { RedisTokenDataStore } from '../src/storage/token-data/redis-token-data-store.ts'
import { TokenDatabaseStore } from '../src/storage/token-database-store.ts'
import type { RawStores, Subject } from './subject.ts'

const ADDRESS = '192.0.2.1'
const admin: Caller = { username: 'admin', scopes: ['admin:token'], tokenKey: null, ipAddress: ADDRESS }

/** Porthor's services, as the routes and the command line call them. */
export async function openPorthorSubject(config: Config): Promise<Subject> {
  const porthor = await openPorthor({ config, log: silentLog })
  const { tokens, reconciler, maintenance } = porthor
  await porthor.schema.update()
  await porthor.redisTrust?.replay()
  const database = new TokenDatabaseStore(porthor.database.db)
  return {
    name: 'porthor',
    async create(maker, tokenName) {
      const expires = Math.floor(Date.now() / 1000) + 30 * 86_400
      const request = { tokenName, scopes: ['exec:test', 'read:all'], expires }
      const token = await tokens.createUserToken(callerOf(maker), maker, maker.username, request)
      return token.toString()
    },
    narrow: ({ username, token, scopes }) =>
      tokens.modifyToken(admin, username, token.key, { scopes: scopes.slice(0, 1) }),
    rename: ({ username, token }, tokenName) => tokens.modifyToken(admin, username, token.key, { tokenName }),
    list: (username) => tokens.listTokens(admin, username),
    revoke: async ({ username, token }) => (await tokens.revokeToken(admin, username, token.key)).length,
    getInfo: (key) => database.getInfo(key),
    readData: async (key) => (await porthor.data.getMany([key]))[0]?.data ?? null,
    async audit() {
      const run = reconciler.audit({ fix: false })
      for (;;) {
        const { value, done } = await run.next()
        if (done) return value.checked
        throw new Error(value.message)
      }
    },
    async expire() {
      const { expired, descendants } = await maintenance.run()
      return expired + descendants
    },
    stores: rawStores(porthor),
    close: () => porthor.close(),
  }
}

function callerOf({ username, scopes, token }: TokenData): Caller {
  return { username, scopes, tokenKey: token.key, ipAddress: ADDRESS }
}

function rawStores({ database, data }: Porthor): RawStores {
  return {
    query: async <Row>(text: string, values: unknown[] = []) =>
      (await database.db.executeQuery(CompiledQuery.raw(text, values))).rows as Row[],
    redis:
      data instanceof RedisTokenDataStore
        ? (commands) =>
            data.connection((connection) =>
              Promise.all(commands.map((command) => connection.send(...command))),
            )
        : null,
  }
}
