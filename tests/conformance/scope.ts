import { isObject } from './json.ts'
import { partsOf } from './placeholders.ts'
import type { Alternative, Exchange, Preamble, Recording } from './recording.ts'

/** A part of Porthor that exchanges need: the API; the gate and what it delegates; the provider's login; quotas. */
export type Feature = 'api' | 'gate' | 'login' | 'quotas'

export const allFeatures: ReadonlySet<Feature> = new Set(['api', 'gate', 'login', 'quotas'])

/** The parts that Porthor has, a line each. */
export const presentFeatures: ReadonlySet<Feature> = new Set<Feature>(['api', 'gate', 'login', 'quotas'])

/** Exchanges whose need no rule below can see. */
export const namedNeeds: readonly {
  file: string
  exchanges: readonly string[]
  feature: Feature
  reason: string
}[] = [
  {
    file: 'rate-limits',
    exchanges: [
      'barred',
      'barred: again',
      'barred, AJAX',
      'barred, challenge Basic',
      'barred, a delegation: none is made',
    ],
    feature: 'quotas',
    reason: 'a quota of none at all is refused without the headers of a limit',
  },
  {
    file: 'quota-overrides',
    exchanges: ['gate: a bar'],
    feature: 'quotas',
    reason: 'a quota of none at all is refused without the headers of a limit',
  },
]

const userInfoPath = '/auth/api/v1/user-info'
const userHistoryPath = /^\/auth\/api\/v1\/users\/([^/]+)\/token-change-history$/

/**
 * The recording with each exchange marked as left out, and why, that a server with only these parts cannot answer as
 * recorded: those that need another part, those that need what such a one would have given, and lists that would count
 * what it would have made. Without quotas, `quota` is not expected in user information.
 */
export function withFeatures(recording: Recording, features: ReadonlySet<Feature>): Recording {
  const met = new MetValues(recording.preamble)
  const missingChildren: Child[] = []
  const exchanges = recording.exchanges.map((exchange) => {
    const reason =
      missingFeature(recording.name, exchange, features) ??
      met.missingFor(exchange) ??
      missingEntries(exchange, missingChildren)
    met.add(exchange, reason !== undefined)
    if (reason === undefined) return features.has('quotas') ? exchange : withoutQuota(exchange)
    missingChildren.push(...childrenMadeBy(exchange))
    return { ...exchange, leftOut: reason }
  })
  return { ...recording, exchanges }
}

function missingFeature(
  file: string,
  exchange: Exchange,
  features: ReadonlySet<Feature>,
): string | undefined {
  const missing = needsOf(file, exchange).find((feature) => !features.has(feature))
  return missing && `needs a part that is left out: ${missing}`
}

/** The parts that an exchange needs by itself, whatever came before it. */
function needsOf(file: string, { name, request, response }: Exchange): Feature[] {
  const path = pathOf(request.path)
  const needs: Feature[] = ['api']
  if (path.startsWith('/ingress/')) needs.push('gate')
  if (path === '/login' || path === '/logout') needs.push('login')
  if (path === '/auth/api/v1/quota-overrides') needs.push('quotas')
  const isLimited = Object.keys(response.headers ?? {}).some((header) => /^x-ratelimit-/i.test(header))
  if (isLimited) needs.push('quotas')
  const named = namedNeeds.filter((need) => need.file === file && need.exchanges.includes(name))
  return [...needs, ...named.map(({ feature }) => feature)]
}

/** Which values with a name the exchanges so far have met in their answers. */
class MetValues {
  readonly #preamble: Preamble
  readonly #replayed = new Set<string>()
  /** Those met only in exchanges that are left out, with the name of the first of these. */
  readonly #leftOut = new Map<string, string>()

  constructor(preamble: Preamble) {
    this.#preamble = preamble
  }

  add(exchange: Exchange, isLeftOut: boolean): void {
    const session = exchange.response.session?.as
    for (const value of [...this.#valuesIn(exchange.response), ...(session ? [session] : [])]) {
      if (!isLeftOut) this.#replayed.add(value)
      else if (!this.#leftOut.has(value)) this.#leftOut.set(value, exchange.name)
    }
  }

  /** Why an exchange cannot be replayed for want of a value; undefined where it can. */
  missingFor({ request, response }: Exchange): string | undefined {
    // A cursor or a time that is only expected may as well be met here first. A token may not: its entry would be missing.
    const tokens = [...this.#valuesIn(response)].filter((value) => value.startsWith('token.'))
    for (const value of [...this.#valuesIn(request), ...tokens]) {
      const owner = this.#leftOut.get(value)
      if (owner !== undefined && !this.#replayed.has(value)) {
        return `needs {{${value}}} of “${owner}”, which is left out`
      }
    }
    return undefined
  }

  #valuesIn(part: unknown): Set<string> {
    return valuesNamedIn(part, this.#preamble)
  }
}

/** The values with a name in a part of a recording, halves of a token as that token, those within cookies among them. */
function valuesNamedIn(part: unknown, preamble: Preamble): Set<string> {
  const found = new Set<string>()
  for (const text of textsIn(part)) {
    for (const placeholder of partsOf(text)) {
      if (typeof placeholder === 'string' || placeholder.name === undefined) continue
      const { kind, name } = placeholder
      found.add(`${kind === 'key' || kind === 'secret' ? 'token' : kind}.${name}`)
      const inside =
        kind === 'cookie' ? preamble.cookies?.[name] : kind === 'basic' ? preamble.basic?.[name] : undefined
      for (const value of inside === undefined ? [] : valuesNamedIn(inside, preamble)) found.add(value)
    }
  }
  return found
}

function textsIn(part: unknown): string[] {
  if (typeof part === 'string') return [part]
  if (typeof part !== 'object' || part === null) return []
  return Array.isArray(part)
    ? part.flatMap(textsIn)
    : [...Object.keys(part), ...Object.values(part).flatMap(textsIn)]
}

/** A token that the gate would have made, and with it entries in the history. */
interface Child {
  readonly username: string
  readonly tokenType: 'notebook' | 'internal'
  readonly madeBy: string
}

function childrenMadeBy({ name, request, response }: Exchange): Child[] {
  const headers = response.headers ?? {}
  const username = headers['X-Auth-Request-User']
  if (typeof username !== 'string' || headers['X-Auth-Request-Token'] === undefined) return []
  const isNotebook = queryOf(request.path).get('notebook') === 'true'
  return [{ username, tokenType: isNotebook ? 'notebook' : 'internal', madeBy: name }]
}

/**
 * A list of the history that is told with its whole length, or cut to a page, and would have held entries that are not made
 * now. Where entries themselves are recorded, they name the token: a value that is missing.
 */
function missingEntries({ request, response }: Exchange, children: readonly Child[]): string | undefined {
  const total = response.headers?.['X-Total-Count']
  if (total === undefined || total === '{{int}}') return undefined
  const query = queryOf(request.path)
  const ofUser = userHistoryPath.exec(pathOf(request.path))?.[1] ?? query.get('username')
  const ofType = query.get('token_type')
  const missing = children.find(({ username, tokenType }) => {
    return (ofUser === null || ofUser === username) && (ofType === null || ofType === tokenType)
  })
  return missing && `counts what “${missing.madeBy}”, which is left out, would have added to the history`
}

function withoutQuota(exchange: Exchange): Exchange {
  const { request, response, defect } = exchange
  if (pathOf(request.path) !== userInfoPath || !isObject(response.body)) return exchange
  const { quota: _, ...body } = response.body
  const accept = defect?.accept?.filter((one) => !expectsQuota(one))
  return {
    ...exchange,
    response: { ...response, body },
    ...(defect && accept ? { defect: { ...defect, accept } } : {}),
  }
}

function expectsQuota({ body }: Alternative): boolean {
  return isObject(body) && body.quota !== undefined
}

function pathOf(pathAndQuery: string): string {
  return pathAndQuery.split('?', 1)[0] ?? ''
}

function queryOf(pathAndQuery: string): URLSearchParams {
  return new URLSearchParams(pathAndQuery.slice(pathOf(pathAndQuery).length))
}
