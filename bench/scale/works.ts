import type { Porthor } from '../../src/composition.ts'
import { nowSeconds } from '../../src/models/clock.ts'
import type { Token } from '../../src/models/token.ts'
import { internalCaller } from '../../src/services/caller.ts'
import { ChangeHistoryStore } from '../../src/storage/change-history-store.ts'

/** A piece of work whose cost is looked at as the number of tokens grows. */
export interface Work {
  name: string
  run(): Promise<unknown>
  /** How often it is run; 1 for what cannot be repeated. */
  runs?: number
}

/** What a request makes PostgreSQL do. @param sample - A token of a user in the middle. */
export function requestWorks(porthor: Porthor, sample: { username: string; token: Token }): Work[] {
  const { tokens, tokenSearch, users, delegation, data, database, clock, quotas, lastUsed } = porthor
  const caller = internalCaller
  const { username, token } = sample
  const all = { limit: 100, after: null }
  const work = (name: string, run: () => Promise<unknown>): Work => ({ name, run })
  const dataOf = async () => {
    const [stored] = await data.getMany([token.key])
    if (!stored?.data) throw new Error('The sample has no data')
    return stored.data
  }
  let made = 0
  const newToken = () =>
    tokens.createTokenAsAdmin(caller, {
      ...{ name: null, email: null, uid: null, gid: null, groups: null, scopes: ['read:all'], expires: null },
      ...{ username, tokenType: 'user' as const, tokenName: `bench ${Date.now()} ${made++}` },
    })
  const history = (filters: Parameters<typeof tokens.getChangeHistory>[1], cursor?: string) =>
    tokens.getChangeHistory(caller, filters, { limit: 100, ...(cursor && { cursor }) })
  return [
    work('verify a cold token', () =>
      porthor.verifier.verify(token).then(() => porthor.verifier.forgetEverything()),
    ),
    work('make a token', newToken),
    work('make and revoke a token', async () => {
      const { key } = await newToken()
      await tokens.revokeToken(caller, username, key)
    }),
    work('make and change a token', async () => {
      const { key } = await newToken()
      await tokens.modifyToken(caller, username, key, {
        tokenName: `renamed ${Date.now()} ${made++}`,
        scopes: [],
      })
    }),
    work('make and rotate a token', async () => {
      const { key } = await newToken()
      await tokens.rotateToken(caller, username, key, 0)
    }),
    work('find a delegated child', async () =>
      delegation.getInternalToken({ parent: await dataOf(), ipAddress: null }, 'tap', ['read:all']),
    ),
    work('note a use', async () => {
      lastUsed.note({ data: { token } }, '192.0.2.7')
      await lastUsed.write()
    }),
    work('read a token', () => tokens.getTokenInfo(caller, username, token.key)),
    work('list a user’s tokens', () => tokens.listTokens(caller, username)),
    work('a page of all tokens', () => tokens.listTokensPage(caller, null, { limit: 100 })),
    work('search a user’s tokens, counted', async () => {
      await tokenSearch.search(caller, { username }, all)
      await tokenSearch.count(caller, { username })
    }),
    work('search by type', () => tokenSearch.search(caller, { tokenType: 'notebook' }, all)),
    work('search by service', () => tokenSearch.search(caller, { service: 'tap' }, all)),
    work('search by beginning of a name', () => tokenSearch.search(caller, { namePrefix: 'lap' }, all)),
    work('search what has expired', () => tokenSearch.search(caller, { expired: true }, all)),
    work('search text in a user’s tokens', () => tokenSearch.search(caller, { username, text: 'lap' }, all)),
    work('a token’s tree', () => tokenSearch.tree(caller, username, token.key, all)),
    work('users', () => users.search(caller, { limit: 100 })),
    work('users by beginning of a name', () => users.search(caller, { prefix: 'person-1', limit: 100 })),
    work('history of a user', () => history({ username })),
    work('history of a token’s family', () => history({ username, key: token.key })),
    work('history of all, first page', () => history({})),
    work('history of all, an address', () => history({ ipOrCidr: '198.51.100.0/24' })),
    work('last entry of the history', () => new ChangeHistoryStore(database.db).lastEntry()),
    work('what changed in five minutes', async () => {
      const entry = (await new ChangeHistoryStore(database.db).lastEntry()) ?? 0
      const since = { time: nowSeconds(clock) - 300, entry }
      for await (const _ of new ChangeHistoryStore(database.db).keysChangedSince(since));
    }),
    work('statistics', () => porthor.statistics.get(caller)),
    work('quota overrides', () => quotas.isLimited('tap')),
  ]
}

/** What runs beside requests. Those that change something come last. */
export function jobWorks(porthor: Porthor): Work[] {
  const { maintenance, reconciler, tokens } = porthor
  const once = (name: string, run: () => Promise<unknown>): Work => ({ name, run, runs: 1 })
  const audit = async (fix: boolean) => {
    for await (const _ of reconciler.audit({ fix }));
  }
  return [
    once('revoke a subtree of 10,000', () => tokens.revokeToken(internalCaller, SUBTREE_USER, SUBTREE_KEY)),
    once('audit', () => audit(false)),
    once('maintenance: a tenth has expired', () => maintenance.run()),
    once('maintenance: nothing to do', () => maintenance.run()),
    once('audit with repair', () => audit(true)),
  ]
}

export const SUBTREE_KEY = 'S'.repeat(22)
export const SUBTREE_USER = 'tree'
