import { z } from 'zod'
import { gateQuery } from '../../models/gate-parameters.ts'
import type { AnswerDescription } from '../endpoint.ts'

/** A route of the gate, for the API's description: it is no endpoint, as the router has no part in it. */
export interface GateRoute {
  path: string
  summary: string
  description: string
  params?: z.ZodType
  query?: z.ZodType
  /** Headers that it looks at, beside those with credentials. */
  headers: Readonly<Record<string, { description: string; required: boolean }>>
  /** Whether it wants a credential. */
  authenticates: boolean
  /** By status. */
  answers: Readonly<Record<number, AnswerDescription>>
}

const optional = (description: string) => ({ description, required: false })
const needed = (description: string) => ({ description, required: true })

const SECRET = {
  'X-Porthor-Secret': optional('What proves that the proxy asks: one of `gateSecrets`, if there are any'),
}
const ADDRESS = {
  'X-Forwarded-For': optional('Where the request comes from, if the proxy is one of `proxies`'),
  'X-Forwarded-Proto': optional('How it came, likewise'),
}
const PREFLIGHT = {
  Origin: optional('Of a preflight: looked at where the method is `OPTIONS`'),
  'Access-Control-Request-Method': optional('Of a preflight, likewise'),
}
const AJAX = 'A request of a script in a page, which a login page is of no use to, if it is `XMLHttpRequest`'

const reflected = {
  Authorization:
    'What the service may see of the request’s own, without tokens of Porthor’s; several times or not at all',
  Cookie: 'What the service may see of the request’s own, without the session; likewise',
}

const identity = {
  'X-Auth-Request-User': 'Who it is',
  'X-Auth-Request-Email': 'Their address, if one is known',
  'X-Auth-Request-Groups': 'Names of their groups, joined by commas, if `groups` asks for them',
  'X-Auth-Request-Service': 'The service that the token was delegated to, if it was',
  'X-Auth-Request-Token': 'The delegated token, if one is asked for',
  'X-RateLimit-Limit':
    'Requests a minute, if a quota holds; with `-Remaining`, `-Reset`, `-Resource` and `-Used`',
}

const passed: AnswerDescription = {
  description: 'The request may pass; the headers are for the service',
  schema: z.object({ status: z.literal('ok') }),
  headers: { ...identity, ...reflected },
}
const letThrough: AnswerDescription = { ...passed, headers: reflected }

const finding = z.object({
  msg: z.string().meta({ description: 'For people' }),
  type: z.string().meta({ description: 'For programs' }),
  loc: z.array(z.union([z.string(), z.int()])).optional(),
})

const nginxRefusal = z
  .object({ detail: z.array(finding) })
  .meta({ id: 'GateRefusal', description: 'Why a request may not pass' })

const directRefusal = z
  .object({
    detail: z.array(finding),
    request_id: z.string().meta({ description: 'Names the request in the log' }),
    reason: z.string().optional().meta({ description: 'Which rule the token does not meet, for its holder' }),
    wanted_scopes: z.array(z.string()).optional(),
    satisfy: z.enum(['any', 'all']).optional().meta({ description: 'How many of them are wanted' }),
    held_scopes: z.array(z.string()).optional(),
  })
  .meta({
    id: 'DirectGateRefusal',
    description: 'Why a request may not pass, and for the token’s holder what is missing',
  })

const challenge = { 'WWW-Authenticate': 'RFC 6750, or RFC 7617 where `auth_type` is `basic`' }
const retry = { 'Retry-After': 'When another try makes sense' }

const nginxAnswers = {
  401: {
    description: 'Somebody has to log in, or sends a token that is not accepted',
    schema: nginxRefusal,
    headers: {
      ...challenge,
      'X-Login-URL': 'Where a browser is to log in and come back, where that would help',
    },
  },
  403: {
    description:
      'Anything else for which the request may not pass, for nginx understands 401 and 403 alone: 400, 403, 404, 422 and 429',
    schema: nginxRefusal,
    headers: {
      ...challenge,
      ...retry,
      'X-Error-Status': 'The status that was meant',
      'X-Error-Body': 'The body that was meant, shortened',
    },
  },
  500: { description: 'Porthor has failed', schema: nginxRefusal },
  503: { description: 'A store is away: type `store_unavailable`', schema: nginxRefusal, headers: retry },
}

const directAnswers = {
  302: {
    description: 'A browser is to log in, and to come back',
    headers: { Location: 'The login, with the guarded URL in `rd`' },
  },
  ...Object.fromEntries(
    [
      { status: 400, description: 'A credential cannot be read', headers: challenge },
      { status: 401, description: 'Nobody has authenticated', headers: challenge },
      { status: 403, description: 'The token is good, but not for this', headers: challenge },
      { status: 422, description: 'What the proxy wants is not as it should be' },
      { status: 429, description: 'A quota is used up', headers: retry },
      { status: 500, description: 'Porthor has failed' },
      { status: 503, description: 'A store is away', headers: retry },
    ].map(({ status, ...answer }) => [status, { ...answer, schema: directRefusal }]),
  ),
}

/** What a proxy asks before each request (spec/ingress.md). */
export const gateRoutes: readonly GateRoute[] = [
  {
    path: '/ingress/auth',
    summary: 'Ask whether a request may pass, as nginx does',
    description:
      'By `auth_request`. Where the gate has an address of its own (`gateListen`), this and the other routes below `/ingress` are there and nowhere else.',
    query: gateQuery,
    headers: {
      'X-Original-URL': needed('The whole URL of the guarded request'),
      'X-Original-Method': needed('Its method'),
      'X-Requested-With': optional(AJAX),
      ...{ ...PREFLIGHT, ...ADDRESS, ...SECRET },
    },
    authenticates: true,
    answers: { 200: passed, ...nginxAnswers },
  },
  {
    path: '/ingress/anonymous',
    summary: 'Ask what of a request that may pass without a token the service may see, as nginx does',
    description: 'Everybody passes; only Porthor’s own credentials are kept from the service.',
    headers: SECRET,
    authenticates: false,
    answers: { 200: letThrough, 403: nginxAnswers[403] },
  },
  {
    path: '/ingress/forward',
    summary: 'Ask whether a request may pass, as Traefik, Caddy and HAProxy do',
    description:
      'Refusals are to be passed on as they are: as pages for people, as JSON for programs, by `Accept`.',
    query: gateQuery,
    headers: {
      'X-Forwarded-Method': needed('The method of the guarded request'),
      'X-Forwarded-Host': needed('Its host'),
      'X-Forwarded-Uri': needed('Its path and query'),
      ...{ ...ADDRESS, 'X-Forwarded-Proto': needed('Its scheme') },
      'X-Requested-With': optional(AJAX),
      'Sec-Fetch-Mode': optional('Whether a browser shows the answer as a page'),
      ...{ ...PREFLIGHT, ...SECRET },
    },
    authenticates: true,
    answers: { 200: passed, ...directAnswers },
  },
  {
    path: '/ingress/envoy/{path}',
    summary: 'Ask whether a request may pass, as Envoy does over HTTP',
    description:
      'Envoy sends the guarded request’s own method and path, whatever they are, after this prefix. Over gRPC there is `envoy.service.auth.v3.Authorization` (`gateGrpcListen`).',
    params: z.object({ path: z.string().meta({ description: 'The path and query of the guarded request' }) }),
    headers: {
      'X-Porthor-Parameters': needed('The parameters of `/ingress/forward`, form-encoded; or `anonymous`'),
      ...{ ...ADDRESS, ...PREFLIGHT, ...SECRET },
    },
    authenticates: true,
    answers: {
      200: {
        ...passed,
        headers: {
          ...passed.headers,
          'X-Envoy-Auth-Headers-To-Remove': 'What Envoy is to drop from the request',
        },
      },
      ...directAnswers,
    },
  },
]
