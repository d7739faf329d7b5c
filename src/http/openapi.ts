import { z } from 'zod'
import { about } from './about.ts'
import type {
  AnswerDescription,
  BrowserEndpoint,
  Endpoint,
  ProtectedEndpoint,
  PublicEndpoint,
} from './endpoint.ts'
import { endpoints } from './endpoints.ts'
import { type GateRoute, gateRoutes } from './gate/description.ts'
import { SESSION_COOKIE_NAME } from './session-cookie.ts'

/** A part of the document: what JSON can hold. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
type JsonObject = { [name: string]: Json }

const TAGS = [
  { name: 'user', description: 'For users: their own tokens, and what is known about them' },
  { name: 'admin', description: 'For administrators: anybody’s tokens, and who is an administrator' },
  { name: 'gate', description: 'For reverse proxies: may a request pass, and as whom?' },
  { name: 'oidc', description: 'For clients of OpenID Connect' },
  { name: 'browser', description: 'For pages in a browser' },
  { name: 'internal', description: 'For what runs beside Porthor; not to be exposed' },
]

const DESCRIPTION = `Tokens are opaque: \`gt-<key>.<secret>\`. Send one as \`Authorization: Bearer gt-…\`, as the user name or the
password of the Basic scheme, or by the session cookie; with the cookie everything that changes something also needs the header
\`X-CSRF-Token\`. Times are seconds since the epoch; ISO 8601 is read too. Fields without a value are left out of answers. Each
answer names its request in the header \`X-Request-Id\`, as the log of the server does.`

/**
 * The description of the API, OpenAPI 3.1, from the endpoints and their schemas. Needs no configuration and no server.
 */
export function buildOpenApiDocument(): JsonObject {
  const schemas: JsonObject = { ErrorBody: errorBody, SingleErrorBody: singleErrorBody }
  const { name, version, description } = about()
  const paths: Record<string, JsonObject> = {}
  for (const endpoint of endpoints.filter(({ unlisted }) => !unlisted)) {
    const path = paths[endpoint.path] ?? {}
    path[endpoint.method.toLowerCase()] = operationOf(endpoint, schemas)
    paths[endpoint.path] = path
  }
  for (const route of gateRoutes) paths[route.path] = { get: gateOperationOf(route, schemas) }
  return {
    openapi: '3.1.0',
    info: { title: name, version, summary: description, description: DESCRIPTION.replaceAll('\n', ' ') },
    tags: TAGS,
    paths,
    components: { schemas, securitySchemes },
  }
}

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'gt-<key>.<secret>' },
  basic: { type: 'http', scheme: 'basic', description: 'The token as user name or as password' },
  cookie: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE_NAME },
}

const ANY_CREDENTIAL = [{ bearer: [] }, { basic: [] }, { cookie: [] }]

const finding = {
  type: 'object',
  properties: {
    msg: { type: 'string', description: 'For people' },
    type: { type: 'string', description: 'For programs' },
    loc: {
      type: 'array',
      items: { type: ['string', 'integer'] },
      description: 'Where in the request; left out where it means nothing',
    },
    input: { description: 'What was found there, if the form of the request is wrong' },
    ctx: { type: 'object', description: 'Numbers and texts of the rule that was broken' },
  },
  required: ['msg', 'type'],
}

const errorBody = {
  type: 'object',
  properties: { detail: { type: 'array', items: finding } },
  required: ['detail'],
}

const singleErrorBody = {
  type: 'object',
  properties: { detail: finding },
  required: ['detail'],
}

function operationOf(endpoint: Endpoint, schemas: JsonObject): JsonObject {
  const answers = Object.entries(endpoint.answers).map(([status, answer]) => [
    status,
    answerOf(answer, schemas),
  ])
  return {
    tags: [endpoint.tag],
    summary: endpoint.summary,
    ...describedBy(endpoint),
    operationId: operationId(endpoint),
    ...(isOpen(endpoint) ? { security: [] } : requestOf(endpoint, schemas)),
    responses: {
      ...Object.fromEntries(answers),
      ...(isOpen(endpoint) ? {} : errorAnswersOf(endpoint)),
    },
  }
}

type Protected = ProtectedEndpoint<unknown, unknown, unknown>

/** Whether it asks for no token. */
function isOpen(endpoint: Endpoint): endpoint is PublicEndpoint | BrowserEndpoint {
  return endpoint.access === 'public' || endpoint.access === 'browser'
}

function gateOperationOf(route: GateRoute, schemas: JsonObject): JsonObject {
  const headers = Object.entries(route.headers).map(([name, { description, required }]) => ({
    ...{ name, in: 'header', required, description },
    schema: { type: 'string' },
  }))
  return {
    tags: ['gate'],
    summary: route.summary,
    description: route.description,
    operationId: operationId({ method: 'GET', path: route.path }),
    security: route.authenticates ? ANY_CREDENTIAL : [],
    parameters: [
      ...parametersOf('path', route.params, schemas),
      ...parametersOf('query', route.query, schemas),
      ...headers,
    ],
    responses: Object.fromEntries(
      Object.entries(route.answers).map(([status, answer]) => [status, answerOf(answer, schemas)]),
    ),
  }
}

function describedBy(endpoint: Endpoint): JsonObject {
  const parts = [endpoint.description]
  if (!isOpen(endpoint)) {
    const { scope, bootstrap, cookieOnly } = endpoint.access
    if (scope) parts.push(`Requires the scope \`${scope}\`.`)
    if (bootstrap) parts.push('The bootstrap token is accepted.')
    if (cookieOnly) parts.push('Only the session cookie counts.')
  }
  const description = parts.filter((part) => part !== undefined).join(' ')
  return description ? { description } : {}
}

function operationId({ method, path }: Pick<Endpoint, 'method' | 'path'>): string {
  const words = path.replace(/[{}]/g, '').split(/[^A-Za-z0-9]+/)
  return [method.toLowerCase(), ...words.filter((word) => word !== '')].join('_')
}

function requestOf(endpoint: Protected, schemas: JsonObject): JsonObject {
  const { params, query, body, bodyExample, bodyOptional = false, access, headers = {} } = endpoint
  const parameters = [
    ...parametersOf('path', params, schemas),
    ...parametersOf('query', query, schemas),
    ...Object.entries(headers).map(([name, description]) => ({
      ...{ name, in: 'header', required: false, description },
      schema: { type: 'string' },
    })),
  ]
  return {
    security: access.cookieOnly ? [{ cookie: [] }] : ANY_CREDENTIAL,
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: !bodyOptional,
        content: jsonContent(schemaOf(body, 'input', schemas), bodyExample),
      },
    }),
  }
}

function parametersOf(place: 'path' | 'query', schema: z.ZodType | undefined, schemas: JsonObject): Json[] {
  if (!schema) return []
  const { properties } = schemaOf(schema, 'output', schemas)
  return Object.entries((properties ?? {}) as JsonObject).map(([name, property]) => {
    const { description, ...form } = property as JsonObject
    return {
      ...{ name, in: place, required: place === 'path' },
      ...(description !== undefined && { description }),
      schema: form,
    }
  })
}

function answerOf(
  { description, schema, example, otherForms = {}, headers = {} }: AnswerDescription,
  schemas: JsonObject,
): JsonObject {
  const named = Object.entries(headers).map(([name, text]) => [
    name,
    { description: text, schema: { type: 'string' } },
  ])
  const others = Object.entries(otherForms).map(([type, form]) => [
    type,
    mediaType(schemaOf(form.schema, 'output', schemas), form.example),
  ])
  const content = {
    ...(schema && jsonContent(schemaOf(schema, 'output', schemas), example)),
    ...Object.fromEntries(others),
  }
  return {
    description,
    ...(named.length > 0 && { headers: Object.fromEntries(named) }),
    ...(Object.keys(content).length > 0 && { content }),
  }
}

/** Errors that every endpoint may answer with, and its own. */
function errorAnswersOf({ access, params, query, body, errors = {} }: Protected): JsonObject {
  const hasForm = params !== undefined || query !== undefined || body !== undefined
  const codes: Record<number, string[]> = {
    400: access.cookieOnly ? [] : ['invalid_request'],
    401: ['no_authorization', 'invalid_token'],
    403: ['permission_denied', 'user_frozen', 'invalid_csrf'],
    422: [...(hasForm ? ['the name of a broken rule'] : []), 'missing_client_ip'],
    503: ['store_unavailable'],
  }
  for (const [status, more] of Object.entries(errors)) {
    codes[Number(status)] = [...new Set([...(codes[Number(status)] ?? []), ...more])]
  }
  const answers = Object.entries(codes).filter(([, types]) => types.length > 0)
  return Object.fromEntries(answers.map(([status, types]) => [status, errorAnswer(Number(status), types)]))
}

function errorAnswer(status: number, types: readonly string[]): JsonObject {
  const list = { $ref: '#/components/schemas/ErrorBody' }
  const single = { $ref: '#/components/schemas/SingleErrorBody' }
  // `no_authorization` and `missing_client_ip` come as an object instead of a list.
  const schema = status === 401 || status === 422 ? { anyOf: [list, single] } : list
  return { description: `Type: ${types.join(', ')}`, content: jsonContent(schema) }
}

function jsonContent(schema: JsonObject, example?: unknown): JsonObject {
  return { 'application/json': mediaType(schema, example) }
}

function mediaType(schema: JsonObject, example: unknown): JsonObject {
  return { schema, ...(example !== undefined && { example: example as Json }) }
}

/** The JSON schema of a schema; those that have a name go to `schemas`, once. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', schemas: JsonObject): JsonObject {
  const generated = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: omitImplied })
  const {
    $schema: _,
    $defs = {},
    ...form
  } = JSON.parse(JSON.stringify(generated).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonObject
  for (const [name, definition] of Object.entries($defs as JsonObject)) {
    const { id: __, ...named } = definition as JsonObject
    schemas[name] ??= named
  }
  const { id, ...unnamed } = form
  if (typeof id !== 'string') return unnamed
  schemas[id] ??= unnamed
  return { $ref: `#/components/schemas/${id}` }
}

/** Says nothing of the range in which JavaScript counts, and lets later versions add fields. */
function omitImplied({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
}
