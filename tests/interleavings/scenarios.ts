import type { Porthor } from '../../src/composition.ts'
import { nowSeconds } from '../../src/models/clock.ts'
import { Token } from '../../src/models/token.ts'
import { bareUserInfo, type TokenData } from '../../src/models/token-data.ts'
import { internalCaller } from '../../src/services/caller.ts'
import { expireBatch } from '../../src/services/operations/expire.ts'
import { dataOf, type Family, keyOf, USERNAME } from '../support/family.ts'
import type { Snapshot } from '../support/store-snapshot.ts'
import type { TestStores } from '../support/stores.ts'
import type { Outcome } from './schedule.ts'

/** What an operation is given: tokens, and what their verification said before anything began. */
export interface Given {
  family: Family
  data: Record<keyof Family, TokenData | null>
}

/** Something that one process does to a family while others do something to it. */
export interface Operation {
  readonly name: string
  run(porthor: Porthor, given: Given): Promise<unknown>
  /** What its answer promises of the stores, once all is quiet and nothing else could have changed it back. */
  promised?(snapshot: Snapshot, given: Given): string[]
}

/** Operations that meet, and what strikes the first of them. */
export interface Scenario {
  readonly operations: readonly Operation[]
  /** What has to be the case before; behind the services' back where it must be. */
  prepare?(porthor: Porthor, family: Family, stores: TestStores): Promise<unknown>
  /** How much later than the family was made each operation runs, in seconds: clocks differ. */
  readonly later?: readonly number[]
  readonly fault?: Fault
  /** Something is amiss from the start: the stores agree only after the reconciler. */
  readonly amiss?: boolean
  check?(outcomes: readonly Outcome[], snapshot: Snapshot): string[]
}

/** What strikes the first operation, after `after` steps towards Redis that count. */
export interface Fault {
  readonly kind: /** PostgreSQL ends its session, before a step towards Redis within a transaction. */
    | 'session lost'
    /** A change of Redis has no answer in time, and is carried out at any later moment or never. */
    | 'change late'
    /** Redis is replaced by one that is as it was at the beginning, at any moment. */
    | 'older Redis'
  readonly after: number
}

const HOUR = 3_600

const modifying =
  (changes: Parameters<Porthor['tokens']['modifyToken']>[3], token: keyof Family = 'laptop') =>
  ({ tokens }: Porthor, { family }: Given) =>
    tokens.modifyToken(internalCaller, USERNAME, keyOf(family[token]), changes)

const revoking =
  (token: keyof Family) =>
  ({ tokens }: Porthor, { family }: Given) =>
    tokens.revokeToken(internalCaller, USERNAME, keyOf(family[token]))

const isGone =
  (...tokens: (keyof Family)[]) =>
  ({ rows, values }: Snapshot, { family }: Given) =>
    tokens
      .map((token) => keyOf(family[token]))
      .filter((key) => rows.has(key) || values.has(key))
      .map((key) => `answer: ${key} was to be revoked`)

const delegating =
  (parent: keyof Family, service: string | null) =>
  ({ delegation }: Porthor, { data }: Given) => {
    const from = data[parent]
    if (!from) throw new Error(`There must be data of ${parent}`)
    const request = { parent: from, ipAddress: null }
    return service === null
      ? delegation.getNotebookToken(request)
      : delegation.getInternalToken(request, service, ['exec:test', 'read:all'])
  }

export const operations = {
  createChild: { name: 'create child', run: delegating('laptop', 'hips') },
  createGrandchild: { name: 'create grandchild', run: delegating('notebook', 'hips') },
  revokeParent: {
    name: 'revoke parent',
    run: revoking('laptop'),
    promised: isGone('laptop', 'notebook', 'internal', 'grandchild'),
  },
  revokeChild: {
    name: 'revoke child',
    run: revoking('notebook'),
    promised: isGone('notebook', 'grandchild'),
  },
  revokeUser: {
    name: 'revoke everything of the user',
    run: ({ tokens }) => tokens.revokeAllOfUser(internalCaller, USERNAME),
    promised: isGone('session', 'laptop', 'notebook', 'internal', 'grandchild', 'desktop'),
  },
  narrow: { name: 'narrow', run: modifying({ scopes: ['exec:test'] }) },
  narrowALittle: { name: 'narrow a little', run: modifying({ scopes: ['exec:test', 'read:all'] }) },
  narrowBack: {
    name: 'narrow back',
    run: modifying({ scopes: ['exec:test', 'read:all', 'user:token'] }),
  },
  replay: { name: 'replay', run: async ({ redisTrust }) => redisTrust?.replay() },
  widen: {
    name: 'widen',
    run: modifying({ scopes: ['exec:test', 'read:all', 'read:some', 'user:token'] }),
  },
  both: { name: 'narrow and widen', run: modifying({ scopes: ['read:all', 'read:some'] }) },
  endEarlier: {
    name: 'widen the scopes, end earlier',
    run: (porthor, given) =>
      modifying({
        scopes: ['exec:test', 'read:all', 'read:some', 'user:token'],
        expires: nowSeconds(porthor.clock) + HOUR,
      })(porthor, given),
  },
  renew: { name: 'renew', run: modifying({ expires: null }) },
  rename: { name: 'rename', run: modifying({ tokenName: 'phone' }) },
  renameOther: { name: 'rename the other', run: modifying({ tokenName: 'phone' }, 'desktop') },
  createNamed: {
    name: 'create with that name',
    run: async ({ tokens }, { data: { session } }) => {
      if (!session) throw new Error('There must be data of the session')
      const { username, scopes, token } = session
      const caller = { username, scopes, tokenKey: token.key, ipAddress: null }
      const request = { tokenName: 'phone', scopes: ['read:all'], expires: null }
      return tokens.createUserToken(caller, session, USERNAME, request)
    },
  },
  rotate: {
    name: 'rotate',
    run: ({ tokens }, { family }) => tokens.rotateToken(internalCaller, USERNAME, keyOf(family.laptop), 600),
  },
  rotateAtOnce: {
    name: 'rotate without an overlap',
    run: ({ tokens }, { family }) => tokens.rotateToken(internalCaller, USERNAME, keyOf(family.laptop), 0),
  },
  verify: {
    name: 'verify',
    run: async ({ verifier }, { family }) => (await verifier.verify(Token.parse(family.laptop))).kind,
  },
  expire: {
    name: 'expire',
    run: (porthor) => expireBatch(porthor.operations, 100, { actor: '<internal>', ipAddress: null }),
  },
  reconcile: {
    name: 'reconcile',
    run: async ({ reconciler }) => {
      for await (const _ of reconciler.audit({ fix: true }));
    },
  },
  repair: {
    name: 'repair',
    run: ({ reconciler }, { family }) => reconciler.repair(internalCaller, [keyOf(family.laptop)]),
  },
  repairChild: {
    name: 'repair child',
    run: ({ reconciler }, { family }) => reconciler.repair(internalCaller, [keyOf(family.notebook)]),
  },
  repairNew: {
    name: 'repair the new one',
    run: ({ reconciler }) => reconciler.repair(internalCaller, [newKey(1)]),
  },
  freeze: { name: 'freeze', run: ({ users }) => users.freeze(internalCaller, USERNAME) },
  unfreeze: { name: 'unfreeze', run: ({ users }) => users.unfreeze(internalCaller, USERNAME) },
  logIn: {
    name: 'log in',
    run: ({ sessions }) =>
      sessions.open(
        { user: bareUserInfo(USERNAME), scopes: ['read:all'], upstream: null },
        { ipAddress: null, userAgent: null },
      ),
  },
  logOut: {
    name: 'log out',
    run: ({ sessions }, { family }) =>
      sessions.logOut(Token.parse(family.session), { ipAddress: null, userAgent: null }),
    promised: isGone('session'),
  },
} satisfies Record<string, Operation>

/** Key of the child that the actor of this number will make: none is left to chance. */
function newKey(actor: number): string {
  return Buffer.alloc(16, actor + 1).toString('base64url')
}

const o: Record<keyof typeof operations, Operation> = operations

const endsInAnHour = ({ tokens, clock }: Porthor, { laptop }: Family) =>
  tokens.modifyToken(internalCaller, USERNAME, keyOf(laptop), { expires: nowSeconds(clock) + HOUR })

const isFrozen = ({ users }: Porthor) => users.freeze(internalCaller, USERNAME)

/** As a crash between both steps of a widening leaves it. */
const wideningCrashed = async (porthor: Porthor, { laptop }: Family, stores: TestStores) => {
  const { expires } = await dataOf(porthor, laptop)
  const value = await dataOf(porthor, laptop)
  await modifying({ scopes: ['exec:test', 'read:all', 'read:some', 'user:token'] })(porthor, {
    family: { laptop } as Family,
    data: {} as Given['data'],
  })
  await stores.write({ ...value, expires })
}

/** As a crash after DEL leaves it. */
const revocationCrashed = async (
  _porthor: Porthor,
  { laptop, notebook, internal, grandchild }: Family,
  stores: TestStores,
) => {
  for (const token of [grandchild, internal, notebook, laptop]) await stores.remove(keyOf(token))
}

/** As a crash before the COMMIT of a rotation leaves it. */
const rotationCrashed = async (porthor: Porthor, { laptop }: Family, stores: TestStores) => {
  const data = await dataOf(porthor, laptop)
  const previous = [{ secret: data.token.secret, until: 0 }]
  await stores.write({ ...data, token: Token.withKey(data.token.key), previous })
}

const oneToken = (outcomes: readonly Outcome[]): string[] => {
  const keys = outcomes.map((outcome) => ('value' in outcome ? (outcome.value as TokenData).token.key : null))
  return new Set(keys).size === 1 ? [] : ['two processes have made two children for one purpose']
}

const childLives = ([, creation]: readonly Outcome[], { rows, values }: Snapshot): string[] => {
  const key = creation && 'value' in creation ? (creation.value as TokenData).token.key : null
  return key === null || (rows.has(key) && values.has(key)) ? [] : ['a child was handed out dead']
}

const onlyOneNamed = (_outcomes: readonly Outcome[], { rows }: Snapshot): string[] => {
  const named = [...rows.values()].filter(({ tokenName }) => tokenName === 'phone')
  return named.length === 1 ? [] : [`${named.length} tokens have the name that one was to have`]
}

function pairs(these: readonly Operation[]): Scenario[] {
  return these.flatMap((one, index) => these.slice(index).map((other) => ({ operations: [one, other] })))
}

const nobodysToken = ([, revocation]: readonly Outcome[], { rows }: Snapshot): string[] => {
  const left = [...rows.values()].filter(({ username }) => username === USERNAME)
  return revocation && 'value' in revocation
    ? left.map(({ key }) => `${key} outlives the end of everything of its user`)
    : []
}

/** The same of a child. */
const childCrashed = async (_porthor: Porthor, { notebook, grandchild }: Family, stores: TestStores) => {
  for (const token of [grandchild, notebook]) await stores.remove(keyOf(token))
}

/** What operators are promised by name, and what the protocols' failing orders are about. */
const named: readonly Scenario[] = [
  { operations: [o.createChild, o.createChild], check: oneToken },
  { operations: [o.createChild, o.revokeParent] },
  { operations: [o.createGrandchild, o.revokeParent] },
  { operations: [o.createGrandchild, o.revokeChild] },
  { operations: [o.createNamed, o.revokeUser], check: nobodysToken },
  { operations: [o.createChild, o.narrow] },
  { operations: [o.widen, o.revokeParent] },
  { operations: [o.narrow, o.widen] },
  { operations: [o.rename, o.createNamed], check: onlyOneNamed },
  { operations: [o.rename, o.renameOther], check: onlyOneNamed },
  { operations: [o.createNamed, o.createNamed], check: onlyOneNamed },
  { operations: [o.rotate, o.verify] },
  { operations: [o.rotateAtOnce, o.verify] },
  { operations: [o.renew, o.expire], prepare: endsInAnHour, later: [HOUR - 1, HOUR + 1] },
  { operations: [o.createChild, o.expire], prepare: endsInAnHour, later: [HOUR - 400, HOUR + 1] },
  { operations: [o.expire, o.revokeParent], prepare: endsInAnHour, later: [HOUR + 1, HOUR + 1] },
  { operations: [o.freeze, o.createNamed] },
  { operations: [o.freeze, o.unfreeze], prepare: isFrozen },
  { operations: [o.unfreeze, o.unfreeze], prepare: isFrozen },
  { operations: [o.logIn, o.revokeUser] },
  { operations: [o.logOut, o.createNamed] },
]

const others = [
  o.createChild,
  o.createGrandchild,
  o.revokeParent,
  o.revokeChild,
  o.narrow,
  o.widen,
  o.both,
  o.rename,
  o.rotate,
]
const amiss = [wideningCrashed, revocationCrashed, rotationCrashed]

const reconciling: readonly Scenario[] = [
  { operations: [o.repairNew, o.createChild], check: childLives },
  ...[o.createChild, o.widen, o.rotate, o.revokeParent, o.freeze].map((other) => ({
    operations: [o.reconcile, other],
  })),
  ...amiss.flatMap((prepare) =>
    [...others, o.repair].map((other) => ({ operations: [o.repair, other], prepare, amiss: true })),
  ),
]

const crashedBefore: readonly Scenario[] = [
  { operations: [o.createChild, o.revokeParent], prepare: revocationCrashed, amiss: true },
  { operations: [o.repairChild, o.revokeParent], prepare: childCrashed, amiss: true },
  { operations: [o.repairChild, o.createGrandchild], prepare: childCrashed, amiss: true },
]

const three: readonly Scenario[] = [
  { operations: [o.createChild, o.createGrandchild, o.revokeParent] },
  { operations: [o.createChild, o.createChild, o.revokeParent] },
  { operations: [o.narrow, o.widen, o.revokeParent] },
  { operations: [o.narrow, o.widen, o.createChild] },
  { operations: [o.rename, o.createNamed, o.renameOther] },
  { operations: [o.rotate, o.rotate, o.narrow] },
  { operations: [o.revokeChild, o.createGrandchild, o.narrow] },
  { operations: [o.reconcile, o.widen, o.createChild] },
]

const struck = [o.narrowALittle, o.widen, o.both, o.rotateAtOnce, o.createChild, o.revokeParent]
const beside = [o.narrow, o.narrowBack, o.rotate, o.revokeParent, o.repair]
const upTo = (count: number, kind: Fault['kind']): Fault[] =>
  Array.from({ length: count }, (_, after) => ({ kind, after }))

const lost: readonly Scenario[] = [
  ...struck.flatMap((one) =>
    beside.flatMap((other) =>
      upTo(4, 'session lost').map((fault): Scenario => ({ operations: [one, other], fault })),
    ),
  ),
  ...amiss.flatMap((prepare) =>
    beside.flatMap((other) =>
      upTo(2, 'session lost').map(
        (fault): Scenario => ({ operations: [o.repair, other], prepare, amiss: true, fault }),
      ),
    ),
  ),
  ...upTo(2, 'session lost').map(
    (fault): Scenario => ({ operations: [o.unfreeze, o.freeze], prepare: isFrozen, fault }),
  ),
]

const late: readonly Scenario[] = struck.flatMap((one) =>
  [o.narrow, o.rotate, o.revokeParent].flatMap((other) =>
    upTo(2, 'change late').map((fault): Scenario => ({ operations: [one, other], fault })),
  ),
)

const older: readonly Scenario[] = [o.revokeParent, o.narrow, o.freeze].map((one) => ({
  operations: [one, o.replay],
  fault: { kind: 'older Redis', after: 0 },
}))

/** Groups of scenarios, by what they are about. */
export const scenarioGroups: Readonly<Record<string, readonly Scenario[]>> = {
  named,
  'every two': pairs(others),
  reconciler: [...reconciling, ...crashedBefore],
  three,
  'session lost': lost,
  'change late': late,
  'older Redis': older,
}

export function scenarioName({ operations, prepare, fault }: Scenario): string {
  const names = operations.map(({ name }) => name).join(' + ')
  const before = prepare ? ` after ${prepare.name}` : ''
  const struck = fault === undefined ? '' : `, ${fault.kind}${fault.after > 0 ? ` after ${fault.after}` : ''}`
  return names + before + struck
}

/**
 * @param before - Of tokens that the store does not know any more: what somebody has seen of them.
 * @returns Of each token of a family what the store says of it.
 */
export async function givenOf(porthor: Porthor, family: Family, before?: Given): Promise<Given> {
  const data = {} as Given['data']
  for (const name of Object.keys(family) as (keyof Family)[])
    data[name] = await dataOf(porthor, family[name]).catch(() => before?.data[name] ?? null)
  return { family, data }
}
