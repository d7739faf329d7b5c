import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { shiftedClock } from '../../src/models/clock.ts'
import {
  DEFAULT_POSIX_ID_RANGES,
  nextAfter,
  type PosixIdDocument,
  PosixIdError,
  type PosixIdRanges,
  posixIdDocument,
  problemsOf,
} from '../../src/models/posix-ids.ts'
import { ImportRefusedError, PosixIdService } from '../../src/services/posix-id-service.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { emptyDatabase } from '../../src/storage/empty-database.ts'
import { databaseBackends, openWithSchema, type TestConnection } from '../contract/backends.ts'

const small: PosixIdRanges = {
  uid: { first: 1000, last: 1002 },
  'bot-uid': { first: 10, last: 11 },
  gid: { first: 100, last: 102 },
}

describe.each(databaseBackends)('$name: UIDs and GIDs', (backend) => {
  let connection: TestConnection
  let offsetSeconds = 0
  const clock = shiftedClock(() => offsetSeconds)

  beforeAll(async () => {
    if (backend.available === true) connection = await openWithSchema(backend)
  })
  afterEach(async () => {
    if (backend.available !== true) return
    await connection.db.deleteFrom('porthor_posix_id').execute()
    await connection.db.deleteFrom('porthor_posix_counter').execute()
  })
  afterAll(() => connection?.remove())

  const check = (guarantee: string, test: () => Promise<void>) =>
    it(guarantee, async (context) => {
      if (backend.available !== true) context.skip(backend.available)
      await test()
    })
  const service = (
    options: {
      ranges?: PosixIdRanges
      mustImport?: boolean
      db?: TestConnection['db']
      log?: typeof silentLog
    } = {},
  ) =>
    new PosixIdService({
      ...{ db: connection.db, ranges: DEFAULT_POSIX_ID_RANGES, mustImport: false, clock, log: silentLog },
      ...options,
    })

  check('begin where those of the reference begin, for people, bots and groups apart', async () => {
    const ids = service()
    expect(await ids.assignUid('alice')).toBe(3_000_000)
    expect(await ids.assignUid('bob')).toBe(3_000_001)
    expect(await ids.assignUid('bot-tap')).toBe(100_000)
    expect(await ids.assignGids(['g-one', 'alice'])).toEqual(
      new Map([
        ['alice', 2_000_000],
        ['g-one', 2_000_001],
      ]),
    )
  })

  check('stay what they are', async () => {
    const uid = await service().assignUid('alice')
    await service().assignUid('bob')
    expect(await service().assignUid('alice')).toBe(uid)
    expect(await service().uidOf('alice')).toBe(uid)
  })

  check('are not assigned by reading', async () => {
    expect(await service().uidOf('alice')).toBeNull()
    expect(await service().gidsOf(['g-one'])).toEqual(new Map())
    expect(await service().list()).toEqual([])
  })

  check('are not given to anybody else, not even after all data were deleted', async () => {
    await service().assignUid('alice')
    await service().assignGids(['g-one'])
    await connection.db.transaction().execute((trx) => emptyDatabase(trx))
    expect(await service().assignUid('mallory')).toBe(3_000_001)
    expect(await service().assignUid('alice')).toBe(3_000_000)
    expect(await service().assignGids(['g-two', 'g-one'])).toEqual(
      new Map([
        ['g-one', 2_000_000],
        ['g-two', 2_000_001],
      ]),
    )
  })

  check('are given out to the last of their range, and not beyond', async () => {
    const ids = service({ ranges: small })
    expect([await ids.assignUid('bot-a'), await ids.assignUid('bot-b')]).toEqual([10, 11])
    await expect(ids.assignUid('bot-c')).rejects.toThrow('There are no numbers left from 10 to 11 (bot-uid)')
    expect([...(await ids.assignGids(['a', 'b', 'c'])).values()]).toEqual([100, 101, 102])
    await expect(ids.assignGids(['a', 'd'])).rejects.toThrow(PosixIdError)
    expect(await service({ ranges: small }).uidOf('bot-c')).toBeNull()
    expect(await ids.assignUid('alice')).toBe(1000)
  })

  check('are unique, whoever asks for whom at the same time, in several processes', async () => {
    const processes = [service(), service(), service()]
    const users = Array.from({ length: 20 }, (_, index) => `user-${index}a`)
    const groups = Array.from({ length: 20 }, (_, index) => `g-${index}`)
    // The first round only opens the connections.
    for (const round of ['first', 'second']) {
      const uids = await Promise.all(
        users.flatMap((user) => processes.map((one) => one.assignUid(`${user}-${round}`))),
      )
      const gids = await Promise.all(
        processes.map((one, index) =>
          one.assignGids(groups.slice(index * 3).map((group) => `${group}-${round}`)),
        ),
      )
      expect(new Set(uids).size).toBe(users.length)
      for (const [index, uid] of uids.entries()) expect(uid).toBe(uids[index - (index % 3)])
      const merged = new Map(gids.flatMap((map) => [...map]))
      expect(new Set(merged.values()).size).toBe(groups.length)
      for (const map of gids) for (const [name, gid] of map) expect(merged.get(name)).toBe(gid)
    }
    const { counters } = await service().export()
    expect(counters).toEqual({ uid: 3_000_040, gid: 2_000_040 })
  })

  check('are remembered, and that there is none only for moments', async () => {
    const reader = service()
    const other = service()
    expect(await reader.uidOf('alice')).toBeNull()
    const uid = await other.assignUid('alice')
    expect(reader.uidFromMemory('alice')).toBeNull()
    offsetSeconds += 11
    expect(reader.uidFromMemory('alice')).toBeUndefined()
    expect(await reader.uidOf('alice')).toBe(uid)
    expect(reader.uidFromMemory('alice')).toBe(uid)
  })

  check('are neither given out nor said to be missing before an import that is to come', async () => {
    const ids = service({ mustImport: true })
    const hint = 'import them first, with `porthor posix-ids import FILE`'
    await expect(ids.assignUid('alice')).rejects.toThrow(hint)
    await expect(ids.assignGids(['g'])).rejects.toThrow(hint)
    await expect(ids.uidOf('alice')).rejects.toThrow(hint)
    expect(await ids.list()).toEqual([])
    await ids.import(document({ users: { alice: 3_000_007 } }), { dryRun: false })
    expect(await ids.uidOf('alice')).toBe(3_000_007)
    expect(await ids.uidOf('bob')).toBeNull()
    expect(await ids.assignUid('carol')).toBe(3_000_008)
  })

  check('go on where an import says that they had come to', async () => {
    const ids = service({ mustImport: true })
    const report = await ids.import(
      document({
        users: { alice: { uid: 3_000_002 }, 'bot-x': 100_000 },
        groups: { 'g-one': { gid: 2_000_000 } },
        counters: { uid: { next: 3_000_100 }, 'bot-uid': 100_001, gid: 2_000_050 },
      }),
      { dryRun: false },
    )
    expect(report).toEqual({
      users: { added: 2, unchanged: 0 },
      groups: { added: 1, unchanged: 0 },
      counters: { uid: 3_000_100, 'bot-uid': 100_001, gid: 2_000_050 },
    })
    expect(await ids.assignUid('bob')).toBe(3_000_100)
    expect([...(await ids.assignGids(['g-two'])).values()]).toEqual([2_000_050])
  })

  check('come in as a whole or not at all', async () => {
    const ids = service()
    await ids.assignUid('alice')
    const before = await ids.list()
    const wrong = document({ users: { dave: 3_000_009, alice: 3_000_005, bob: 3_000_000 } })
    const refusal = await ids.import(wrong, { dryRun: false }).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(ImportRefusedError)
    expect((refusal as ImportRefusedError).problems).toEqual([
      'users.alice: has the number 3000000 here, not 3000005',
      'users.bob: 3000000 is the number of alice here',
    ])
    expect(await ids.list()).toEqual(before)
    expect(await service().uidOf('dave')).toBeNull()
  })

  check('stay as they are where an import is only tried', async () => {
    const ids = service()
    const report = await ids.import(document({ users: { alice: 3_000_000 } }), { dryRun: true })
    expect(report).toMatchObject({ users: { added: 1 }, counters: { uid: 3_000_001 } })
    expect(await ids.export()).toEqual({ users: {}, groups: {}, counters: {} })
  })

  check('may be imported again, and counters never go back', async () => {
    const ids = service()
    await ids.import(document({ users: { alice: 3_000_000 } }), { dryRun: false })
    await ids.assignUid('bob')
    const again = await ids.import(document({ users: { alice: 3_000_000 } }), { dryRun: false })
    expect(again).toMatchObject({ users: { added: 0, unchanged: 1 }, counters: { uid: 3_000_002 } })
  })

  check('are the same after an export and an import elsewhere', async () => {
    const ids = service()
    for (const name of ['alice', 'bob', 'bot-x']) await ids.assignUid(name)
    await ids.assignGids(['g-one', 'g-two'])
    const exported = await ids.export()
    await connection.db.deleteFrom('porthor_posix_id').execute()
    await connection.db.deleteFrom('porthor_posix_counter').execute()
    await service({ mustImport: true }).import(document(JSON.parse(JSON.stringify(exported))), {
      dryRun: false,
    })
    expect(await service().export()).toEqual(exported)
  })

  check('that lie in the range of another kind are refused when they are read', async () => {
    await service().import(document({ users: { alice: 500 } }), { dryRun: false })
    const ranges = { ...DEFAULT_POSIX_ID_RANGES, 'bot-uid': { first: 500, last: 600 } }
    await expect(service({ ranges }).uidOf('alice')).rejects.toThrow(
      'alice has the number 500, which lies in the range of bot-uid, not of uid',
    )
  })

  check('are logged when they are assigned, once', async () => {
    const lines: [string, object][] = []
    const log = { ...silentLog, info: (fields: object, event: string) => void lines.push([event, fields]) }
    await service({ log }).assignUid('alice')
    await service({ log }).assignUid('alice')
    await service({ log }).assignGids(['g-one'])
    expect(lines).toEqual([
      ['Assigned new UID', { user: 'alice', uid: 3_000_000 }],
      ['Assigned new GID', { group: 'g-one', gid: 2_000_000 }],
    ])
  })
})

describe('what an import reads', () => {
  it.each([
    [{ users: { 'Not One': 1 } }, 'users.Not One', 'is not a username'],
    [{ users: { alice: 0 } }, 'users.alice', 'must be 1 or more'],
    [{ users: { alice: { gid: 7 } } }, 'users.alice', 'must be a number, or {"uid": …}'],
    [{ groups: { '-': 7 } }, 'groups.-', 'is not a group name'],
    [{ counters: { 'bot-uid': 'x' } }, 'counters.bot-uid', 'must be a number, or {"next": …}'],
    [{ people: {} }, '', 'Unrecognized key: "people"'],
  ])('is not %j', (value, path, message) => {
    const [issue] = posixIdDocument.safeParse(value).error?.issues ?? []
    expect(issue?.path.join('.')).toBe(path)
    const own = issue?.code === 'invalid_key' ? issue.issues[0]?.message : issue?.message
    expect(own).toBe(message)
  })

  it('contradicts neither itself nor the ranges', () => {
    const problems = (value: object) => problemsOf(document(value), DEFAULT_POSIX_ID_RANGES)
    expect(problems({ users: { alice: 7, bob: 7 } })).toEqual(['users.bob: 7 is the number of alice already'])
    expect(problems({ users: { alice: 7 }, groups: { alice: 7 } })).toEqual([])
    expect(problems({ users: { alice: 100_000 } })).toEqual([
      'users.alice: 100000 lies in the range of bot-uid, not of uid',
    ])
    expect(problems({ counters: { gid: 1 } })).toEqual(['counters.gid: 1 is not from 2000000 to 3000000'])
    expect(problems({ users: { alice: 3_000_005 }, counters: { uid: 3_000_005 } })).toEqual([
      'counters.uid: 3000005 is too low: 3000005 is assigned',
    ])
  })

  it('that is accepted never leads to a number that is taken', () => {
    const range = { first: 10, last: 30 }
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (numbers) => {
        const next = nextAfter(
          numbers.map((id) => ({ id })),
          range,
        )
        expect(next).toBeGreaterThanOrEqual(range.first)
        expect(next).toBeLessThanOrEqual(range.last + 1)
        const inRange = numbers.filter((id) => id >= range.first && id <= range.last)
        expect(inRange.every((id) => id < next)).toBe(true)
      }),
    )
  })
})

function document(value: object): PosixIdDocument {
  return posixIdDocument.parse(value)
}
