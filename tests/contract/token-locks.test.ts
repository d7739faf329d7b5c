import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { TokenData } from '../../src/models/token-data.ts'
import { TokenDatabaseStore } from '../../src/storage/token-database-store.ts'
import { TokenLocks } from '../../src/storage/token-locks.ts'
import { begin, onEachDatabase, onPostgres, type TestConnection, untilWaiting } from './backends.ts'
import { tokenData, tokenInfo } from './fixtures.ts'

function use(database: () => TestConnection) {
  const add = async (parent: TokenData | null = null, data: TokenData = tokenData()): Promise<TokenData> => {
    await new TokenDatabaseStore(database().db).add(data, { parent: parent?.token.key ?? null })
    return data
  }
  const open = async () => {
    const trx = await begin(database().db)
    return { trx, locks: new TokenLocks(trx), tokens: new TokenDatabaseStore(trx) }
  }
  const within = <T>(work: (locks: TokenLocks) => Promise<T>): Promise<T> =>
    database()
      .db.transaction()
      .execute((trx) => work(new TokenLocks(trx)))
  return { add, open, within }
}

onEachDatabase('locking tokens', (database) => {
  const { add, within } = use(database)

  it('gives the row that was locked, with its parent and the digest of its secret', async () => {
    const parent = await add()
    const child = await add(parent)
    const expected = {
      info: tokenInfo(child, { parent: parent.token.key }),
      secretDigest: expect.anything(),
      depth: 0,
      orphaned: false,
    }
    expect(await within((locks) => locks.lockToken(child.token.key))).toEqual(expected)
    expect(await within((locks) => locks.lockSubtrees([child.token.key]))).toEqual([expected])
  })

  it('gives what a shared token may do, and for how long', async () => {
    const { token, scopes, expires } = await add()
    expect(await within((locks) => locks.shareToken(token.key))).toEqual({ scopes, expires })
  })

  it('tells the parent before anything is locked', async () => {
    const parent = await add()
    const child = await add(parent)
    expect(await within((locks) => locks.parentOf(child.token.key))).toBe(parent.token.key)
    expect(await within((locks) => locks.parentOf(parent.token.key))).toBeNull()
  })

  it('gives null where there is none', async () => {
    expect(await within((locks) => locks.lockToken('unknown'))).toBeNull()
    expect(await within((locks) => locks.shareToken('unknown'))).toBeNull()
    expect(await within((locks) => locks.lockSubtrees(['unknown']))).toEqual([])
  })

  it('does not know the digest of a token of the reference', async () => {
    const { token } = await add()
    await database().db.updateTable('token').set({ secret_digest: null }).execute()
    expect(await within((locks) => locks.lockToken(token.key))).toMatchObject({ secretDigest: null })
  })

  it('tells a token that has lost its parent from one that never had any', async () => {
    const parent = await add()
    const orphan = await add(parent)
    const root = await add()
    await database().db.deleteFrom('token').where('token', '=', parent.token.key).execute()
    const [one, other] = await within(async (locks) => [
      await locks.lockToken(orphan.token.key),
      await locks.lockToken(root.token.key),
    ])
    expect([one?.orphaned, other?.orphaned]).toEqual([true, false])
  })

  it('gives subtrees by depth and key, each token once', async () => {
    const top = await add()
    const children = [await add(top), await add(top)].sort(byKey)
    const grandchild = await add(children[1])
    const other = await add()
    // One of the tops lies below another.
    const tops = [top, other, grandchild].map(({ token }) => token.key)
    const locked = await within((locks) => locks.lockSubtrees(tops))
    expect(locked.map(({ info, depth }) => [info.token, depth])).toEqual([
      ...[top, other, grandchild].sort(byKey).map(({ token }) => [token.key, 0]),
      ...children.map(({ token }) => [token.key, 1]),
    ])
  })

  it('finds the roots of a user: tokens without kinship, and those whose parent has gone', async () => {
    const root = await add()
    const parent = await add()
    const orphan = await add(parent)
    await add(root)
    await add(null, tokenData({ username: 'bob' }))
    await database().db.deleteFrom('token').where('token', '=', parent.token.key).execute()
    expect(await within((locks) => locks.rootsOf('alice'))).toEqual(
      [root, orphan].sort(byKey).map(({ token }) => token.key),
    )
  })

  it('claims a key of which there is no row, until the place holder is removed', async () => {
    const { token } = await add()
    expect(await within((locks) => locks.claimAbsent(token.key))).toBe(false)
    const absent = tokenData()
    const claimed = await within(async (locks) => {
      const claimed = await locks.claimAbsent(absent.token.key)
      await locks.removePlaceHolder(absent.token.key)
      return claimed
    })
    expect(claimed).toBe(true)
    expect(await new TokenDatabaseStore(database().db).getInfo(absent.token.key)).toBeNull()
  })
})

onPostgres('locks', (database) => {
  const { add, open, within } = use(database)

  it('of a shared row admit others that share it, and nobody who changes it', async () => {
    const { token } = await add()
    const { trx, locks } = await open()
    await locks.shareToken(token.key)
    await within((locks) => locks.shareToken(token.key))
    const change = within((locks) => locks.lockToken(token.key))
    await untilWaiting(database().db)
    await trx.rollback().execute()
    expect(await change).not.toBeNull()
  })

  it('of a row to be changed admit nobody else who changes or shares it', async () => {
    const { token } = await add()
    const { trx, locks } = await open()
    await locks.lockToken(token.key)
    const others = [
      within((locks) => locks.lockToken(token.key)),
      within((locks) => locks.shareToken(token.key)),
    ]
    await untilWaiting(database().db, 2)
    await trx.rollback().execute()
    await Promise.all(others)
  })

  it('of a subtree reach children that are being made at any depth, and children of those', async () => {
    const top = await add()
    const child = await add(top)
    const [first, second, third] = [tokenData(), tokenData(), tokenData()]
    const make = async (data: TokenData, parent: TokenData) => {
      const maker = await open()
      await maker.locks.shareToken(parent.token.key)
      await maker.tokens.add(data, { parent: parent.token.key })
      return async () => {
        await untilWaiting(database().db)
        await maker.trx.commit().execute()
      }
    }
    const finishFirst = await make(first, top)
    const finishSecond = await make(second, child)
    const locking = within((locks) => locks.lockSubtrees([top.token.key]))
    await finishFirst()
    await untilWaiting(database().db)
    // The locking waits for the second maker; it has not yet seen what the first one made.
    const finishThird = await make(third, first)
    await finishSecond()
    await finishThird()
    const keys = (await locking).map(({ info }) => info.token)
    expect(keys.sort()).toEqual([top, child, first, second, third].map(({ token }) => token.key).sort())
  })

  it('of a token that goes meanwhile find nothing', async () => {
    const { token } = await add()
    const { trx, tokens } = await open()
    await tokens.delete(token.key)
    const locking = [
      within((locks) => locks.lockToken(token.key)),
      within((locks) => locks.shareToken(token.key)),
    ]
    await untilWaiting(database().db, 2)
    await trx.commit().execute()
    expect(await Promise.all(locking)).toEqual([null, null])
  })

  it('of a row that is not there wait for whoever is making it', async () => {
    for (const end of ['commit', 'rollback'] as const) {
      const data = tokenData()
      const { trx, tokens } = await open()
      await tokens.add(data)
      const claim = within(async (locks) => {
        const claimed = await locks.claimAbsent(data.token.key)
        if (claimed) await locks.removePlaceHolder(data.token.key)
        return claimed
      })
      await untilWaiting(database().db)
      await trx[end]().execute()
      expect(await claim).toBe(end === 'rollback')
    }
  })

  it('of a row that is not there keep others from making it', async () => {
    const data = tokenData()
    const { trx, locks } = await open()
    await locks.claimAbsent(data.token.key)
    const making = add(null, data)
    await untilWaiting(database().db)
    await locks.removePlaceHolder(data.token.key)
    await trx.commit().execute()
    expect(await making).toBe(data)
  })

  it('of the fence let operations in together, and wait for all of them before it closes', async () => {
    const one = await open()
    const other = await open()
    await one.locks.enterFence()
    await other.locks.enterFence()
    let closed = false
    const closing = within(async (locks) => {
      await locks.closeFence()
      closed = true
    })
    await untilWaiting(database().db)
    await one.trx.rollback().execute()
    await untilWaiting(database().db)
    expect(closed).toBe(false)
    await other.trx.rollback().execute()
    await closing
    expect(closed).toBe(true)
  })

  it('of a closed fence let nobody in', async () => {
    const { trx, locks } = await open()
    await locks.closeFence()
    const entering = within((locks) => locks.enterFence())
    await untilWaiting(database().db)
    await trx.rollback().execute()
    await entering
  })

  it('of a user keep tokens of theirs from being made, and of nobody else', async () => {
    const { trx, locks } = await open()
    await locks.lockUser('alice')
    await within((locks) => locks.shareUser('bob'))
    const makers = [within((locks) => locks.shareUser('alice')), within((locks) => locks.shareUser('alice'))]
    await untilWaiting(database().db, 2)
    await trx.rollback().execute()
    await Promise.all(makers)
  })

  it('limit how long their transaction waits and what it compiles, and no other’s', async () => {
    const settings = sql<{ lock: string; idle: string; jit: string }>`
      SELECT current_setting('lock_timeout') AS lock, current_setting('idle_in_transaction_session_timeout') AS idle,
        current_setting('jit') AS jit`
    await database()
      .db.connection()
      .execute(async (connection) => {
        const before = (await settings.execute(connection)).rows
        for (const start of ['limitWaiting', 'enterFence'] as const) {
          const trx = await begin(connection)
          await new TokenLocks(trx)[start]()
          expect((await settings.execute(trx)).rows).toEqual([{ lock: '5s', idle: '15s', jit: 'off' }])
          await trx.rollback().execute()
          expect((await settings.execute(connection)).rows).toEqual(before)
        }
      })
  })
})

function byKey(one: TokenData, other: TokenData): number {
  return one.token.key < other.token.key ? -1 : 1
}
