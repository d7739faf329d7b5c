import type { Answer, Command } from './commands.ts'

export interface ModelToken {
  key: string
  type: 'session' | 'user' | 'internal'
  name: string | null
  scopes: readonly string[]
  parent: string | null
  service: string | null
  /** The whole token, as handed out last. */
  token: string
}

/** What a user's tokens are, in the simplest way that the specification allows: one thing after the other, and no stores. */
export interface Model {
  readonly tokens: ReadonlyMap<string, ModelToken>
  readonly frozen: boolean
}

export const emptyModel: Model = { tokens: new Map(), frozen: false }
export const SESSION_SCOPES = ['exec:test', 'read:all', 'user:token']

/** The model after a command that was answered like that; null: no such answer was possible. */
export function apply(model: Model, command: Command, answer: Answer): Model | null {
  if (answer.kind === 'failed') return null
  const next = perform(model, command, answer.kind === 'done' ? answer.token : null)
  if (answer.kind === 'done') return next
  // Somebody else changed it to something else, before the answer: done, and overwritten.
  if (answer.code === 'conflict') return next ?? model
  return next === null ? model : null
}

/**
 * The models after each order in which commands of the same moment, answered like that, may come one after the other; empty:
 * no order explains the answers.
 */
export function applyInSomeOrder(model: Model, done: readonly Done[]): Model[] {
  return applyAfter([model], done)
}

type Done = readonly [Command, Answer]

/** @param past - What was the case since all were asked for, one after the other; the last is now. */
function applyAfter(past: readonly Model[], done: readonly Done[]): Model[] {
  const now = past.at(-1)
  if (!now) return []
  if (done.length === 0) return [now]
  return done.flatMap(([command, answer], index) =>
    possibleCommands(past, command).flatMap((possible) => {
      const next = apply(now, possible, answer)
      return next ? applyAfter([...past, next], done.toSpliced(index, 1)) : []
    }),
  )
}

/**
 * A delegation is authenticated first and carried out later. Whatever becomes of its parent in between, it gives no scope
 * that the parent did not have when it was presented.
 */
function possibleCommands(past: readonly Model[], command: Command): Command[] {
  if (command.kind !== 'delegate') return [command]
  const wishes = past.map(({ tokens }) => {
    const presented = tokens.get(command.parent)?.scopes ?? []
    return command.scopes.filter((scope) => presented.includes(scope))
  })
  return distinct(wishes).map((scopes) => ({ ...command, scopes }))
}

function distinct(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...new Map(lists.map((list) => [list.join(), list])).values()]
}

/** Null: it is to be refused. */
function perform(model: Model, command: Command, token: string | null): Model | null {
  const { tokens, frozen } = model
  switch (command.kind) {
    case 'create session':
      if (frozen) return null
      return added(model, { type: 'session', name: null, scopes: SESSION_SCOPES, token })
    case 'create': {
      const maker = tokens.get(command.maker)
      const isTaken = [...tokens.values()].some(({ name }) => name === command.name)
      if (!maker?.scopes.includes('user:token') || !isWithin(command.scopes, maker.scopes)) return null
      if (frozen || isTaken) return null
      return added(model, { type: 'user', name: command.name, scopes: command.scopes, token })
    }
    case 'delegate':
      return delegated(model, command, token)
    case 'modify':
      return modified(model, command)
    case 'revoke':
      if (!tokens.has(command.key)) return null
      return without(model, (key) => isBelow(model, key, command.key))
    case 'revoke everything':
      return without(model, () => true)
    case 'rotate': {
      const rotated = tokens.get(command.key)
      if (rotated?.type !== 'user') return null
      return changed(model, { ...rotated, token: token ?? rotated.token })
    }
    case 'freeze':
      return { ...model, frozen: true }
    case 'unfreeze':
      return { ...model, frozen: false }
  }
}

function delegated(
  model: Model,
  { parent, service, scopes }: Extract<Command, { kind: 'delegate' }>,
  token: string | null,
): Model | null {
  const above = model.tokens.get(parent)
  if (!above) return null
  const cut = scopes.filter((scope) => above.scopes.includes(scope))
  const fitting = [...model.tokens.values()].filter(
    (one) => one.parent === parent && one.service === service && sameScopes(one.scopes, cut),
  )
  // The answer has to be one that fits, or a new one where none does. (Refused: it had to be refused, so this is not.)
  if (token === null) return model
  if (fitting.some((one) => one.token === token)) return model
  if (fitting.length > 0 || model.tokens.has(keyOf(token))) return null
  return added(model, { type: 'internal', name: null, scopes: cut, parent, service, token })
}

function modified(model: Model, { key, scopes, name }: Extract<Command, { kind: 'modify' }>): Model | null {
  const token = model.tokens.get(key)
  if (token?.type !== 'user') return null
  const isTaken = [...model.tokens.values()].some((other) => other.name === name && other.key !== key)
  if (name !== undefined && isTaken) return null
  const renamed = changed(model, { ...token, name: name ?? token.name, scopes: scopes ?? token.scopes })
  if (!scopes) return renamed
  const isNarrowed = !isWithin(token.scopes, scopes)
  const tokens = [...renamed.tokens.values()].map((other) =>
    isNarrowed && other.key !== key && isBelow(renamed, other.key, key)
      ? { ...other, scopes: other.scopes.filter((scope) => scopes.includes(scope)) }
      : other,
  )
  return { ...renamed, tokens: new Map(tokens.map((other) => [other.key, other])) }
}

function added(
  model: Model,
  token: Pick<ModelToken, 'type' | 'name' | 'scopes'> &
    Partial<Pick<ModelToken, 'parent' | 'service'>> & { token: string | null },
): Model {
  // Asked only whether it is to be refused: nothing is handed out.
  if (token.token === null) return model
  return changed(model, {
    ...{ parent: null, service: null, ...token },
    ...{ key: keyOf(token.token), token: token.token },
  })
}

function changed(model: Model, token: ModelToken): Model {
  return { ...model, tokens: new Map(model.tokens).set(token.key, token) }
}

function without(model: Model, ends: (key: string) => boolean): Model {
  return { ...model, tokens: new Map([...model.tokens].filter(([key]) => !ends(key))) }
}

/** Whether it is the other one, or was derived from it. */
function isBelow({ tokens }: Model, key: string, other: string): boolean {
  for (let at: string | null = key; at !== null; at = tokens.get(at)?.parent ?? null)
    if (at === other) return true
  return false
}

function keyOf(token: string): string {
  return token.slice(3, 25)
}

function isWithin(scopes: readonly string[], others: readonly string[]): boolean {
  return scopes.every((scope) => others.includes(scope))
}

function sameScopes(scopes: readonly string[], others: readonly string[]): boolean {
  return isWithin(scopes, others) && isWithin(others, scopes)
}
