import { joinScopes } from '../../src/models/scopes.ts'
import type { TokenData } from '../../src/models/token-data.ts'
import type { TokenInfo } from '../../src/models/token-info.ts'
import { nullableTimestamp } from '../../src/storage/schema.ts'
import { Fernet } from '../../src/storage/token-data/fernet.ts'
import { RedisTokenDataStore } from '../../src/storage/token-data/redis-token-data-store.ts'
import { TokenDataCipher } from '../../src/storage/token-data/token-data-cipher.ts'
import { TokenDatabaseStore } from '../../src/storage/token-database-store.ts'
import type { TestPorthor } from './porthor.ts'

/** Both stores behind the services' back: to make them disagree, and to see what they say. */
export interface TestStores {
  read(key: string): Promise<TokenData | null>
  write(data: TokenData): Promise<void>
  writeText(key: string, text: string): Promise<void>
  remove(key: string): Promise<void>
  removeAll(): Promise<void>
  row(key: string): Promise<TokenInfo | null>
  setRow(key: string, scopes: readonly string[], expires: number | null): Promise<void>
  /** Takes the parent from a token's kinship, as a deletion by the reference does. */
  orphan(key: string): Promise<void>
}

export function openStores({ porthor, config }: Pick<TestPorthor, 'porthor' | 'config'>): TestStores {
  const { data } = porthor
  const { db } = porthor.database
  const cipher = new TokenDataCipher(new Fernet(config.sessionSecrets), porthor.clock)

  async function writeText(key: string, value: string): Promise<void> {
    if (data instanceof RedisTokenDataStore) {
      await data.connection((connection) => connection.send('SET', `token:${key}`, value))
      return
    }
    await db
      .insertInto('porthor_token_data')
      .values({ key, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute()
  }

  return {
    async read(key) {
      const [stored] = await data.getMany([key])
      return stored?.data ?? null
    },
    writeText,
    write: (tokenData) => writeText(tokenData.token.key, cipher.encrypt(tokenData)),
    async remove(key) {
      const lease = await data.acquire()
      await lease.within(db).delete([key])
      lease.release()
    },
    async removeAll() {
      await data.deleteAll()
    },
    row: (key) => new TokenDatabaseStore(db).getInfo(key),
    async setRow(key, scopes, expires) {
      await db
        .updateTable('token')
        .set({ scopes: joinScopes(scopes), expires: nullableTimestamp(expires) })
        .where('token', '=', key)
        .execute()
    },
    async orphan(key) {
      await db.updateTable('subtoken').set({ parent: null }).where('child', '=', key).execute()
    },
  }
}
