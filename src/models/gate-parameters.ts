import { z } from 'zod'
import { text } from './fields.ts'
import { type Scopes, scopeSet } from './scopes.ts'

/** How the session cookie counts, and which challenge is sent: needed even where the rest is not as it should be. */
export interface GateCredentialRules {
  /** Whether the session cookie is a credential. */
  allowCookies: boolean
  /** The scheme of the challenge; says nothing about what is accepted. */
  authType: 'basic' | 'bearer'
}

/** What whoever guards a service wants of those who come to it (spec/ingress.md §2). */
export interface GateParameters extends GateCredentialRules {
  /** Whether OPTIONS requests pass that are no CORS preflights. */
  allowOptions: boolean
  /** The wanted scopes. */
  scopes: Scopes
  /** Whether all of them are wanted, or any. */
  satisfy: 'all' | 'any'
  /** Name of the guarded service; null: it has none. */
  service: string | null
  /** Only tokens that were delegated to one of these services pass; null: any token. */
  onlyServices: readonly string[] | null
  /** Only this user passes; null: anybody. */
  username: string | null
  /** Whether the first label of the host must be the username. */
  userDomain: boolean
  /** What the service is to be given. */
  delegation: Delegation | null
  /** Whether the service is told the names of the user's groups. */
  groups: boolean
  /** Whether the delegated token goes into `Authorization` as well. */
  useAuthorization: boolean
  /** The presented token must live at least so long, in seconds; null: no matter. */
  minimumLifetimeSeconds: number | null
}

export type Delegation = { kind: 'notebook' } | { kind: 'internal'; service: string; scopes: Scopes }

/** The least that may be asked for, and what is asked for where a token is delegated: seconds. */
const MINIMUM_LIFETIME_SECONDS = 300
const MAXIMUM_SERVICE_LENGTH = 64
const NUMBER = /^\s*[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/

const truths = new Map<string, boolean>([
  ...['true', '1', 'yes', 'on', 't', 'y'].map((word): [string, boolean] => [word, true]),
  ...['false', '0', 'no', 'off', 'f', 'n'].map((word): [string, boolean] => [word, false]),
])

const flag = (fallback: boolean, description: string) =>
  z
    .string()
    .transform((word, context): boolean => {
      const truth = truths.get(word.toLowerCase())
      if (truth !== undefined) return truth
      context.addIssue({ code: 'custom', message: 'Must be true or false', params: { type: 'bool_parsing' } })
      return z.NEVER
    })
    .default(fallback)
    .meta({ description, type: 'boolean' })

const seconds = z
  .string()
  .transform((word, context): number => {
    const fail = (type: string, message: string, ctx?: object) => {
      context.addIssue({ code: 'custom', message, params: { type, ctx } })
      return z.NEVER
    }
    const value = Number(word)
    if (!NUMBER.test(word) || !Number.isFinite(value))
      return fail('value_error', 'Must be a number of seconds')
    if (value >= MINIMUM_LIFETIME_SECONDS) return value
    return fail('greater_than_equal', `Must be at least ${MINIMUM_LIFETIME_SECONDS} seconds`, {
      ge: MINIMUM_LIFETIME_SECONDS,
    })
  })
  .meta({ type: 'number', minimum: MINIMUM_LIFETIME_SECONDS })

const scopeList = (description: string) => z.array(z.string()).default([]).meta({ description })
/** An empty text says as much as none. */
const optionalName = (maximum: number, description: string) =>
  text({ maximum, description })
    .transform((name) => (name === '' ? null : name))
    .default(null)

/** The parameters that say which credentials count: what is wrong with them is told to anybody (spec/ingress.md §2). */
export const gateCredentialQuery = z.object({
  allow_cookies: flag(true, 'Whether the session cookie counts'),
  auth_type: z
    .enum(['basic', 'bearer'])
    .default('bearer')
    .meta({ description: 'The scheme of the challenge' }),
})

/** The query of `/ingress/auth`, repeatable parameters as arrays, of the others the last. */
export const gateQuery = z
  .object({
    ...gateCredentialQuery.shape,
    allow_options: flag(false, 'Whether OPTIONS requests pass that are no CORS preflights'),
    delegate_to: optionalName(MAXIMUM_SERVICE_LENGTH, 'Delegate an internal token to this service'),
    delegate_scope: scopeList('A scope that the delegated token should have'),
    groups: flag(false, 'Tell the names of the user’s groups: `X-Auth-Request-Groups`'),
    minimum_lifetime: seconds.optional().meta({ description: 'How long the token must live still: seconds' }),
    notebook: flag(false, 'Delegate a notebook token'),
    only_service: z
      .array(z.string())
      .optional()
      .meta({ description: 'Accept only tokens that were delegated to this service' }),
    satisfy: z.enum(['any', 'all']).default('all').meta({ description: 'How many of the scopes are wanted' }),
    scope: scopeList('A wanted scope'),
    service: optionalName(1024, 'Name of the guarded service: for quotas and the log'),
    use_authorization: flag(false, 'Put the delegated token into `Authorization` as well'),
    user_domain: flag(false, 'Whether the first label of the host must be the username'),
    username: optionalName(1024, 'Only this user'),
  })
  .superRefine(({ satisfy, scope }, context) => {
    // Nobody could ever pass: whoever wrote this meant something else.
    if (satisfy !== 'any' || scope.length > 0) return
    context.addIssue({
      code: 'custom',
      path: ['satisfy'],
      message: 'Any of no scopes: nobody would pass',
      params: { type: 'value_error' },
    })
  })

export type GateQuery = z.output<typeof gateQuery>

/** Parameters that contradict each other have been refused before. */
export function gateParametersOf(query: GateQuery): GateParameters {
  const delegation = delegationOf(query)
  return {
    allowCookies: query.allow_cookies,
    allowOptions: query.allow_options,
    authType: query.auth_type,
    scopes: scopeSet(query.scope),
    satisfy: query.satisfy,
    service: query.service,
    onlyServices: query.only_service ?? null,
    username: query.username,
    userDomain: query.user_domain,
    delegation,
    groups: query.groups,
    useAuthorization: query.use_authorization,
    minimumLifetimeSeconds: query.minimum_lifetime ?? (delegation ? MINIMUM_LIFETIME_SECONDS : null),
  }
}

/** Asks nothing but that there be a valid token. */
export function bareGateParameters(rules: GateCredentialRules): GateParameters {
  return {
    ...rules,
    allowOptions: false,
    scopes: [],
    satisfy: 'all',
    service: null,
    onlyServices: null,
    username: null,
    userDomain: false,
    delegation: null,
    groups: false,
    useAuthorization: false,
    minimumLifetimeSeconds: null,
  }
}

function delegationOf({ notebook, delegate_to, delegate_scope }: GateQuery): Delegation | null {
  if (notebook) return { kind: 'notebook' }
  return delegate_to === null
    ? null
    : { kind: 'internal', service: delegate_to, scopes: scopeSet(delegate_scope) }
}
