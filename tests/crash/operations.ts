import type { Porthor } from '../../src/composition.ts'
import { nowSeconds } from '../../src/models/clock.ts'
import { Token } from '../../src/models/token.ts'
import { bareUserInfo } from '../../src/models/token-data.ts'
import { internalCaller } from '../../src/services/caller.ts'
import { ChangeHistoryStore } from '../../src/storage/change-history-store.ts'
import { RedisTokenDataStore } from '../../src/storage/token-data/redis-token-data-store.ts'
import {
  callerOf,
  dataOf,
  type Family,
  keyOf,
  laptopRequest,
  serviceTokenRequest,
  USERNAME,
} from '../support/family.ts'
import type { TestStores } from '../support/stores.ts'
import { logInAtProvider } from './provider-login.ts'

/** An operation of the service, to be killed at each of its steps. */
export interface CrashOperation {
  readonly name: string
  /** What has to be the case before it begins, beyond the family itself; behind the services' back where it must be. */
  prepare?(porthor: Porthor, family: Family, stores: TestStores): Promise<unknown>
  /** What it is there to repair is wrong until it has. */
  readonly amiss?: boolean
  /** Where there is no Redis, there is nothing of the kind. */
  readonly needsRedis?: boolean
  /** So much later than the family was made it runs, in seconds. */
  readonly later?: number
  /** @param prepared - What `prepare` gave; plain data, for it is sent to another process. */
  run(porthor: Porthor, family: Family, prepared: unknown): Promise<unknown>
}

const HOUR = 3_600
const DAY = 86_400

/** To try another operation, add it here; its steps are found by running it. */
export const crashOperations: readonly CrashOperation[] = [
  {
    name: 'create a session token',
    run: ({ tokens }) => tokens.createSession(bareUserInfo(USERNAME), ['read:all'], '192.0.2.1'),
  },
  {
    name: 'create a user token',
    run: async (porthor, { session }) =>
      porthor.tokens.createUserToken(
        await callerOf(porthor, session),
        await dataOf(porthor, session),
        USERNAME,
        { tokenName: 'phone', scopes: ['read:all'], expires: null },
      ),
  },
  {
    name: 'create a service token',
    run: ({ tokens }) => tokens.createTokenAsAdmin(internalCaller, serviceTokenRequest),
  },
  {
    name: 'create a user token in place of an expired one',
    prepare: (porthor, { laptop }) => endsInAnHour(porthor, laptop),
    later: HOUR + 1,
    run: ({ tokens }) => tokens.createTokenAsAdmin(internalCaller, laptopRequest),
  },
  {
    name: 'create a notebook token',
    run: async (porthor, { session }) =>
      porthor.delegation.getNotebookToken({ parent: await dataOf(porthor, session), ipAddress: null }),
  },
  {
    name: 'create an internal token',
    run: async (porthor, { notebook }) => {
      const request = { parent: await dataOf(porthor, notebook), ipAddress: null }
      return porthor.delegation.getInternalToken(request, 'hips', ['exec:test'])
    },
  },
  { name: 'narrow the scopes', run: modifying({ scopes: ['exec:test'] }) },
  {
    name: 'narrow the end',
    run: (porthor, family) => modifying({ expires: nowSeconds(porthor.clock) + HOUR })(porthor, family),
  },
  {
    name: 'widen the scopes',
    run: modifying({ scopes: ['exec:test', 'read:all', 'read:some', 'user:token'] }),
  },
  { name: 'widen the end', run: modifying({ expires: null }) },
  { name: 'narrow and widen the scopes', run: modifying({ scopes: ['exec:test', 'read:some'] }) },
  {
    name: 'widen the scopes and narrow the end',
    run: (porthor, family) =>
      modifying({
        scopes: ['exec:test', 'read:all', 'read:some', 'user:token'],
        expires: nowSeconds(porthor.clock) + HOUR,
      })(porthor, family),
  },
  { name: 'rename', run: modifying({ tokenName: 'notebook computer' }) },
  {
    name: 'revoke a token without others below it',
    run: ({ tokens }, { grandchild }) => tokens.revokeToken(internalCaller, USERNAME, keyOf(grandchild)),
  },
  {
    name: 'revoke a token with all below it',
    run: ({ tokens }, { laptop }) => tokens.revokeToken(internalCaller, USERNAME, keyOf(laptop)),
  },
  {
    name: 'revoke a token that the database does not know',
    prepare: (porthor, { desktop }, stores) => addToData(porthor, desktop, stores),
    run: ({ tokens }) => tokens.revokeToken(internalCaller, USERNAME, UNKNOWN.key),
  },
  {
    name: 'revoke all tokens of a user',
    run: ({ tokens }) => tokens.revokeAllOfUser(internalCaller, USERNAME),
  },
  { name: 'rotate without an overlap', run: rotating(0) },
  { name: 'rotate with an overlap', run: rotating(600) },
  {
    name: 'rotate while an earlier secret is still accepted',
    prepare: (porthor, family) => rotating(HOUR)(porthor, family),
    run: rotating(600),
  },
  { name: 'freeze a user', run: ({ users }) => users.freeze(internalCaller, USERNAME) },
  {
    name: 'unfreeze a user',
    prepare: ({ users }) => users.freeze(internalCaller, USERNAME),
    run: ({ users }) => users.unfreeze(internalCaller, USERNAME),
  },
  {
    name: 'expire a token with all below it',
    prepare: (porthor, { laptop }) => endsInAnHour(porthor, laptop),
    later: HOUR + 1,
    run: ({ maintenance }) => maintenance.run(),
  },
  {
    name: 'expire a child alone',
    later: 3 * DAY,
    run: ({ maintenance }) => maintenance.run(),
  },
  {
    name: 'repair: a row without data',
    amiss: true,
    prepare: (_porthor, { laptop }, stores) => stores.remove(keyOf(laptop)),
    run: repairing,
  },
  {
    name: 'repair: data without a row',
    amiss: true,
    prepare: (porthor, { desktop }, stores) => addToData(porthor, desktop, stores),
    run: repairing,
  },
  {
    name: 'repair: data that cannot be read',
    amiss: true,
    prepare: (_porthor, { laptop }, stores) => stores.writeText(keyOf(laptop), 'not a Fernet token'),
    run: repairing,
  },
  {
    name: 'repair: data above its row',
    amiss: true,
    prepare: async (porthor, family, stores) => {
      const value = await dataOf(porthor, family.laptop)
      await modifying({ scopes: ['exec:test'] })(porthor, family)
      await stores.write(value)
    },
    run: repairing,
  },
  {
    name: 'repair: data below its row',
    amiss: true,
    prepare: async (porthor, { laptop }, stores) =>
      stores.write({ ...(await dataOf(porthor, laptop)), scopes: ['read:all'] }),
    run: repairing,
  },
  {
    name: 'repair: a child above its parent',
    amiss: true,
    prepare: async (porthor, { laptop }, stores) => {
      // As the reference narrows: the token alone.
      const scopes = ['exec:test']
      const history = { actor: USERNAME, ipAddress: null }
      await porthor.operations.run(async ({ tokens }) => tokens.modify(keyOf(laptop), { scopes }, history))
      await stores.write({ ...(await dataOf(porthor, laptop)), scopes })
    },
    run: repairing,
  },
  {
    name: 'repair: a child without its parent',
    amiss: true,
    prepare: (_porthor, { notebook }, stores) => stores.orphan(keyOf(notebook)),
    run: repairing,
  },
  {
    name: 'repair: a secret that was not committed',
    amiss: true,
    prepare: async (porthor, { laptop }, stores) => {
      const data = await dataOf(porthor, laptop)
      const previous = [{ secret: data.token.secret, until: 0 }]
      await stores.write({ ...data, token: Token.withKey(data.token.key), previous })
    },
    run: repairing,
  },
  {
    name: 'log in',
    run: ({ sessions }) =>
      sessions.open({ user: bareUserInfo(USERNAME), scopes: ['read:all'], upstream }, browser),
  },
  {
    name: 'log in at a provider',
    run: (porthor) => logInAtProvider(porthor, USERNAME, browser),
  },
  {
    name: 'log in at a provider, in place of another session',
    run: async (porthor, { session }) => {
      const loggedIn = await logInAtProvider(porthor, USERNAME, browser)
      await porthor.sessions.logOut(Token.parse(session), browser)
      return loggedIn
    },
  },
  {
    name: 'log in by a one-time link',
    prepare: async ({ loginLinks }) => (await loginLinks.create(USERNAME, ['read:all'], HOUR)).url,
    run: ({ loginLinks }, _family, url) => loginLinks.use(String(url).split('/').at(-1) ?? '', browser),
  },
  {
    name: 'log out',
    prepare: delegatingFromSession,
    run: ({ sessions }, { session }) => sessions.logOut(Token.parse(session), browser),
  },
  {
    name: 'end all other sessions',
    prepare: async ({ sessions }) =>
      sessions.open({ user: bareUserInfo(USERNAME), scopes: ['read:all'], upstream: null }, browser),
    run: ({ sessions }, { session }) => sessions.endAll(internalCaller, USERNAME, keyOf(session)),
  },
  {
    name: 'log out for the login provider',
    prepare: ({ sessions }) =>
      sessions.open({ user: bareUserInfo(USERNAME), scopes: ['read:all'], upstream }, browser),
    run: ({ sessions, clock }) =>
      sessions.endUpstream({ ...upstream, tokenId: 'first', expires: nowSeconds(clock) + HOUR }, null),
  },
  {
    name: 'revoke all tokens of a user but the own one',
    run: async (porthor, { laptop }) =>
      porthor.revocations.revokeOthers(await callerOf(porthor, laptop), USERNAME),
  },
  {
    name: 'revoke several tokens, one after the other',
    run: ({ revocations }, { notebook, desktop }) =>
      revocations.revokeTokens(internalCaller, USERNAME, [keyOf(notebook), keyOf(desktop)]),
  },
  {
    name: 'replay to a Redis that has missed a revocation, a change and a freeze',
    needsRedis: true,
    prepare: comeBackOlder,
    run: async ({ redisTrust }) => redisTrust?.replay(),
  },
  {
    name: 'compare with a database that has lost a revocation, a change, a rotation, a creation and a freeze',
    needsRedis: true,
    amiss: true,
    prepare: loseCommits,
    run: async ({ redisTrust }) => redisTrust?.replayAndWait(),
  },
]

const browser = { ipAddress: '192.0.2.1', userAgent: 'a browser' }
const upstream = { issuer: 'https://login.example.com', subject: 'alice', sessionId: 'one' }

/** Of no row; the same in every process. */
const UNKNOWN = new Token('dW5rbm93bi11bmtub3duAA', 'c2VjcmV0LXNlY3JldC1zZQ')

function modifying(changes: Parameters<Porthor['tokens']['modifyToken']>[3]) {
  return ({ tokens }: Porthor, { laptop }: Family) =>
    tokens.modifyToken(internalCaller, USERNAME, keyOf(laptop), changes)
}

function rotating(overlapSeconds: number) {
  return ({ tokens }: Porthor, { laptop }: Family) =>
    tokens.rotateToken(internalCaller, USERNAME, keyOf(laptop), overlapSeconds)
}

async function repairing({ reconciler }: Porthor): Promise<void> {
  for await (const _ of reconciler.audit({ fix: true }));
}

async function delegatingFromSession(porthor: Porthor, { session }: Family) {
  return porthor.delegation.getNotebookToken({ parent: await dataOf(porthor, session), ipAddress: null })
}

/** As after a failover to a replica without the last writes: what PostgreSQL has blessed is another one. */
async function comeBackOlder(porthor: Porthor, family: Family, stores: TestStores): Promise<void> {
  const { tokens, users, database, clock, data } = porthor
  const lost = [family.laptop, family.notebook, family.internal, family.grandchild, family.desktop]
  const values = await Promise.all(lost.map((token) => dataOf(porthor, token)))
  await tokens.revokeToken(internalCaller, USERNAME, keyOf(family.laptop))
  await tokens.modifyToken(internalCaller, USERNAME, keyOf(family.desktop), { scopes: [] })
  await users.freeze(internalCaller, 'bob')
  await unmark(porthor, 'bob')
  for (const value of values) await stores.write(value)
  // Its last mark is younger than the entries: what they speak of was on its way to Redis for a minute.
  if (data instanceof RedisTokenDataStore) {
    const entry = (await new ChangeHistoryStore(database.db).lastEntry()) ?? 0
    const heartbeat = `${nowSeconds(clock) + 60} ${entry}`
    await data.connection((connection) => connection.send('SET', 'porthor:heartbeat', heartbeat))
  }
  await database.db.updateTable('porthor_redis').set({ identity: 'another:one' }).execute()
}

/** As after a failover to a standby without the last commits: what they did to Redis is there, the database is another. */
async function loseCommits(porthor: Porthor, family: Family, stores: TestStores): Promise<void> {
  const { database, data } = porthor
  const { grandchild, internal, notebook, desktop, stranger, session } = family
  const [narrowed, rotated, created] = await Promise.all(
    [desktop, stranger, session].map((token) => dataOf(porthor, token)),
  )
  if (!narrowed || !rotated || !created) throw new Error('There must be data')
  const lease = await data.acquire()
  const dataSession = lease.within(database.db)
  await dataSession.delete([grandchild, internal, notebook].map(keyOf))
  await dataSession.freeze('carol')
  lease.release()
  await stores.write({ ...narrowed, scopes: [] })
  const successor = Token.withKey(rotated.token.key)
  const previous = [{ secret: rotated.token.secret, until: nowSeconds(porthor.clock) + HOUR }]
  await stores.write({ ...rotated, token: successor, previous })
  await stores.write({ ...created, token: UNKNOWN })
  await database.db.updateTable('porthor_redis').set({ lineage: 'another' }).execute()
}

async function unmark({ data, database }: Porthor, username: string): Promise<void> {
  const lease = await data.acquire()
  const session = lease.within(database.db)
  await session.unfreeze(username, (await session.frozenMark(username)) ?? '')
  lease.release()
}

function endsInAnHour({ tokens, clock }: Porthor, token: string) {
  return tokens.modifyToken(internalCaller, USERNAME, keyOf(token), { expires: nowSeconds(clock) + HOUR })
}

async function addToData(porthor: Porthor, like: string, stores: TestStores): Promise<void> {
  await stores.write({ ...(await dataOf(porthor, like)), token: UNKNOWN })
}
