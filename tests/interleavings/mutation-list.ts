/** What notices a mutation: an exploration of orders, a killed process, a soak, or a test by its name. */
export type Witness =
  | { readonly scenario: string }
  | { readonly operation: string }
  | { readonly soakMinutes: number }
  | { readonly file: string; readonly test: string }

/** Our own code, changed to an order that PROTOCOLS.md §10 lists as failing. */
export interface Mutation {
  /** As §10 names it. */
  readonly order: string
  readonly file: string
  /** Texts of the file, each there exactly once, and what stands in their places. */
  readonly changes: readonly (readonly [from: string, to: string])[]
  readonly witness: Witness
}

const create = 'src/services/operations/create.ts'
const modify = 'src/services/operations/modify.ts'
const revoke = 'src/services/operations/revoke.ts'
const rotate = 'src/services/operations/rotate.ts'
const repair = 'src/services/operations/repair.ts'
const operation = 'src/services/operation.ts'
const trust = 'src/services/redis-trust.ts'
const cache = 'src/services/verified-cache.ts'
const verifier = 'src/services/verifier.ts'
const locks = 'src/storage/token-locks.ts'
const redis = 'src/storage/token-data/redis-token-data-store.ts'
const memory = 'tests/interleavings/memory.test.ts'

/** `SET XX`: whatever is there, as long as something is. */
const setXx = [
  "const REPLACE = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end",
  "const REPLACE = `if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end",
] as const

export const mutations: readonly Mutation[] = [
  {
    order: 'widening’s second step SET XX under the row lock, the session lost',
    file: redis,
    changes: [setXx],
    witness: { scenario: 'widen + narrow, session lost after 2' },
  },
  {
    order: 'the same with a SET XX that timed out',
    file: redis,
    changes: [setXx],
    witness: { scenario: 'widen + narrow, change late' },
  },
  {
    order: 'narrowing’s SET XX, the session lost',
    file: redis,
    changes: [setXx],
    witness: { scenario: 'narrow a little + narrow, session lost after 1' },
  },
  {
    order: 'after a rotation it puts the old secret back',
    file: redis,
    changes: [setXx],
    witness: { scenario: 'narrow a little + rotate, session lost after 1' },
  },
  {
    order: 'the reconciler ends the token alone',
    file: repair,
    changes: [
      [
        "await tokens.deleteRows(await endingsOf(locked), 'revoke', history)",
        "await tokens.deleteRows(await endingsOf(locked.slice(0, 1)), 'revoke', history)",
      ],
      [
        'const below = locked.map(({ info }) => info.token).filter((one) => one !== key)',
        'const below: string[] = []',
      ],
    ],
    witness: {
      file: 'tests/services/reconciler.test.ts',
      test: 'ends a listed token without data, with all below it',
    },
  },
  {
    order: 'the reconciler lowers the token alone',
    file: repair,
    changes: [['const changed = rows.filter(', 'rows.splice(1)\n  const changed = rows.filter(']],
    witness: {
      file: 'tests/services/reconciler.test.ts',
      test: 'lowers a row, and all below it, to what its data allows',
    },
  },
  {
    order: 'the reconciler looks again under the lock of a row that is not there',
    file: repair,
    changes: [['if (mayHaveRow && !(await locks.claimAbsent(key))) throw new RefusedError()', '']],
    witness: { scenario: 'repair the new one + create child' },
  },
  {
    order: 'replay from the history, without the fence',
    file: trust,
    changes: [['await new TokenLocks(trx).closeFence()', '']],
    witness: { scenario: 'revoke parent + replay, older Redis' },
  },
  {
    order: 'only the parent’s row checked',
    file: create,
    changes: [
      ['if (!stored?.data) throw ended()', ''],
      [
        'const cut = intersect(intersect(wish, row), stored.data)',
        'const cut = intersect(intersect(wish, row), stored?.data ?? row)',
      ],
    ],
    witness: { scenario: 'create child + revoke parent after revocationCrashed' },
  },
  {
    order: 'commit, SET NX, hand out',
    file: create,
    changes: [
      [
        '  return operations.run<TokenData>(\n    async (operation) => {',
        '  const done = await operations.run<TokenData>(\n    async (operation) => {',
      ],
      ['      await storeNew(operation, made)\n      return made', '      return made'],
      [
        '        await data.delete([made.token.key])\n      },\n    },\n  )\n}',
        `        await data.delete([made.token.key])
      },
    },
  )
  return operations.run<TokenData>(async (operation) => {
    if (done === made) await storeNew(operation, made)
    return operation.rollback(done)
  })
}`,
      ],
    ],
    witness: { scenario: 'create child + revoke parent' },
  },
  {
    order: 'the parent read without a lock',
    file: create,
    changes: [
      [
        'const row = findExisting ? (await locks.lockToken(parent))?.info : await locks.shareToken(parent)',
        'const row = (await locks.readTokens([parent])).get(parent)?.info',
      ],
    ],
    witness: { scenario: 'create child + narrow' },
  },
  {
    order: 'the data before the row',
    file: create,
    changes: [
      [
        '      await tokens.add(made, { parent, history })\n      await storeNew(operation, made)',
        '      await storeNew(operation, made)\n      await tokens.add(made, { parent, history })',
      ],
    ],
    witness: { scenario: 'repair the new one + create child' },
  },
  {
    order: 'the subtree listed once',
    file: locks,
    changes: [
      [
        'if (listed.length === held.size && !isHeld.includes(false)) return locked',
        'if (listed.length === held.size || held.size > 0) return locked',
      ],
    ],
    witness: { scenario: 'create child + revoke parent' },
  },
  {
    order: 'commit, then DEL',
    file: revoke,
    changes: [
      [
        '  return operations.run(work, {\n    // Rows that are gone',
        '  const done = await operations.run(work, {\n    // Rows that are gone',
      ],
      [
        '    settle: async (operation) => end(operation, await operation.locks.lockSubtrees([key])),\n  })\n}',
        `    settle: async (operation) => end(operation, await operation.locks.lockSubtrees([key])),
  })
  await operations.run(async (operation) => {
    await operation.data.delete([key, ...done.map(({ token }) => token)])
    return operation.rollback(undefined)
  })
  return done
}`,
      ],
      [
        '  await data.delete([...new Set([...endings.map(({ key }) => key), ...tops])])\n',
        '  void [data, tops]\n',
      ],
    ],
    witness: { operation: 'revoke a token with all below it' },
  },
  {
    order: 'DEL from the top down',
    file: revoke,
    changes: [
      [
        '  await data.delete([...new Set([...endings.map(({ key }) => key), ...tops])])',
        '  for (const key of [...tops, ...endings.map((ending) => ending.key).reverse()]) await data.delete([key])',
      ],
    ],
    witness: { operation: 'revoke a token with all below it' },
  },
  {
    order: 'locks from the bottom up',
    file: locks,
    changes: [
      [
        'ORDER BY placed.depth, token.token FOR UPDATE OF token',
        'ORDER BY placed.depth DESC, token.token FOR UPDATE OF token',
      ],
      [
        'return mapInTurns(rows, lockedToken)\n  }\n\n  /** Rows as they are',
        'return (await mapInTurns(rows, lockedToken)).reverse()\n  }\n\n  /** Rows as they are',
      ],
    ],
    witness: { scenario: 'repair child + revoke parent after childCrashed' },
  },
  {
    order: 'wider in Redis before COMMIT',
    file: modify,
    changes: [
      ['  if (narrowed) await lowerValues(', '  await lowerValues('],
      [
        'const lowered = { ...value.data, ...intersect(value.data, row) }',
        'const lowered = { ...value.data, scopes: row.scopes, expires: row.expires }',
      ],
    ],
    witness: { operation: 'widen the scopes' },
  },
  {
    order: 'both in Redis before COMMIT',
    file: modify,
    changes: [
      [
        'const lowered = { ...value.data, ...intersect(value.data, row) }',
        'const lowered = { ...value.data, scopes: row.scopes, expires: row.expires }',
      ],
    ],
    witness: { operation: 'narrow and widen the scopes' },
  },
  {
    order: 'compare-and-set with a text read after the last SQL statement',
    file: modify,
    changes: [
      [
        '    const [stored] = await data.get([key])\n    if (!stored?.data) throw notFound()\n    const row = await locks.lockToken(key)\n    if (!row || hasEnded(row.info, now)) throw notFound()\n',
        '    const row = await locks.lockToken(key)\n    if (!row || hasEnded(row.info, now)) throw notFound()\n    const [stored] = await data.get([key])\n    if (!stored?.data) throw notFound()\n',
      ],
    ],
    witness: { scenario: 'widen + narrow, session lost after 1' },
  },
  {
    order: 'narrowing does not write where the value fits already',
    file: modify,
    changes: [
      [
        'if (!row || !value?.data) continue',
        'if (!row || !value?.data || isWithin(value.data, row)) continue',
      ],
    ],
    witness: { scenario: 'widen + narrow back, session lost after 2' },
  },
  {
    order: 'the reconciler lowers a row and does not write',
    file: repair,
    changes: [
      [
        '  await lowerValues(operation, locked, [restored, ...below], rows)',
        '  void [restored, below, lowerValues]',
      ],
    ],
    witness: { scenario: 'widen + repair, session lost after 2' },
  },
  {
    order: 'read, then SET (reference)',
    file: redis,
    changes: [
      ["const REPLACE = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end", 'const REPLACE = `'],
    ],
    witness: { scenario: 'widen + revoke parent, session lost after 2' },
  },
  {
    order: 'rotation: SQL first',
    file: rotate,
    changes: [
      [
        '  return operations.run<Token>(\n    async (operation) => {',
        '  let late: [string, TokenData] | null = null\n  const done = await operations.run<Token>(\n    async (operation) => {',
      ],
      [
        '      if (!(await data.replace(stored.text, { ...stored.data, token: rotated, previous })))\n        throw new RefusedError()\n',
        '      late = [stored.text, { ...stored.data, token: rotated, previous }]\n',
      ],
      [
        '    { settle: (operation) => settleRotation(operation, rotated) },\n  )\n}',
        `    { settle: (operation) => settleRotation(operation, rotated) },
  )
  const [text, value] = late ?? []
  return operations.run<Token>(async (operation) => {
    if (text && value && !(await operation.data.replace(text, value))) throw new RefusedError()
    return operation.rollback(done)
  })
}`,
      ],
    ],
    witness: { operation: 'rotate with an overlap' },
  },
  {
    order: 'rotation: the old secret dropped at once',
    file: rotate,
    changes: [['token: rotated, previous })))', 'token: rotated, previous: previous.slice(0, 0) })))']],
    witness: { operation: 'rotate with an overlap' },
  },
  {
    order: 'reconciler: the parent read before the locks and not compared again',
    file: repair,
    changes: [
      ['    if (top.info.parent !== hint) throw new RefusedError()\n', ''],
      ['if (top.orphaned) found.push(', 'if (top.orphaned || (top.info.parent && !parent)) found.push('],
      ['if (top.orphaned || !data', 'if (top.orphaned || (top.info.parent && !parent) || !data'],
    ],
    witness: { scenario: 'repair the new one + create child' },
  },
  {
    order: 'reconciler: no SQL statement after reading the value',
    file: repair,
    changes: [['  await tokens.getInfo(restored.token.key)\n', '  void tokens\n']],
    witness: { scenario: 'repair + rotate after rotationCrashed, session lost' },
  },
  {
    order: 'delegation looked up again under FOR SHARE',
    file: create,
    changes: [
      [
        'const row = findExisting ? (await locks.lockToken(parent))?.info : await locks.shareToken(parent)',
        'const row = await locks.shareToken(parent)',
      ],
    ],
    witness: { scenario: 'create child + create child' },
  },
  {
    order: 'the maker’s row not locked',
    file: create,
    changes: [
      ['    if (maker) await checkMaker(operation, maker, data)\n', '    void [maker, checkMaker]\n'],
    ],
    witness: { scenario: 'create with that name + revoke everything of the user' },
  },
  {
    order: 'unfreezing by an unconditional removal',
    file: redis,
    changes: [
      [
        "const UNFREEZE = `if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end",
        'const UNFREEZE = `',
      ],
    ],
    witness: { scenario: 'unfreeze + freeze after isFrozen, session lost after 1' },
  },
  {
    order: 'the Redis connection not compared with the blessed one',
    file: operation,
    changes: [
      [
        'if (blessed !== lease.identity) throw new NotBlessedError()',
        'if (blessed === null) throw new NotBlessedError()',
      ],
    ],
    witness: {
      file: 'tests/interleavings/trust.test.ts',
      test: 'no operation changes one that nobody has blessed',
    },
  },
  {
    order: 'the heartbeat without the fence',
    file: trust,
    changes: [['        await new TokenLocks(trx).enterFence()\n', '']],
    witness: {
      file: 'tests/interleavings/trust.test.ts',
      test: 'nobody blesses another one between a heartbeat’s look and its mark',
    },
  },
  {
    order: 'replay without margin',
    file: trust,
    changes: [
      ['const MARGIN_SECONDS = 120', 'const MARGIN_SECONDS = 0'],
      ['const MARGIN_ENTRIES = 20_000', 'const MARGIN_ENTRIES = 0'],
    ],
    witness: { operation: 'replay to a Redis that has missed' },
  },
  {
    order: 'no replay from the history',
    file: trust,
    changes: [['if (blessing && !isSameRedis) await this.#replayHistory(trx, session, heartbeat)', '']],
    witness: { soakMinutes: 2 },
  },
  {
    order: 'memory: a push is not heard',
    file: redis,
    changes: [['listener.forgetToken(key.slice(PREFIX.length))', '{}']],
    witness: { soakMinutes: 2 },
  },
  {
    order: 'memory: a reply stored though a push or a break came first',
    file: cache,
    changes: [['isHeld: !read.marked', 'isHeld: true']],
    witness: { file: memory, test: 'does not keep an answer that a push has overtaken' },
  },
  {
    order: 'memory: joining a marked read',
    file: cache,
    changes: [['    read.marked = true\n    this.#underWay.delete(key)\n', '    read.marked = true\n']],
    witness: { file: memory, test: 'does not let a verification that begins after a push join' },
  },
  {
    order: 'memory: the lease from the PONG’s arrival',
    file: verifier,
    changes: [['      link.proof = sent\n', '      link.proof = performance.now()\n']],
    witness: { file: memory, test: 'counts the lease from the question' },
  },
  {
    order: 'memory: entries outlive their connection',
    file: verifier,
    changes: [
      [
        '        lost = true\n        cache.forgetEverything()\n        this.#drop(cache)\n',
        '        lost = true\n',
      ],
    ],
    witness: { file: memory, test: 'forgets all when the link breaks' },
  },
]
