import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { z } from 'zod'
import type { Porthor } from '../composition.ts'
import { NoAuthorizationError } from '../models/errors.ts'
import type { TokenData } from '../models/token-data.ts'
import type { Caller } from '../services/caller.ts'
import type { Browser } from '../services/login/session-service.ts'
import type { RequestUrl } from './request-url.ts'
import type { SessionState } from './session-cookie.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** For whom an endpoint is, in the API's description. */
export type Tag = 'user' | 'admin' | 'oidc' | 'browser' | 'internal'

/** Who may use an endpoint at all; what they may do with it, the service says. */
export interface TokenAccess {
  /** A scope that the presented token must have. */
  scope?: string
  /** Whether the bootstrap token is accepted. */
  bootstrap?: boolean
  /** Whether only the session cookie counts. */
  cookieOnly?: boolean
}

export interface Answer {
  /** 200 unless given. */
  status?: number
  headers?: Record<string, string>
  /** JSON; a string, bytes or a stream: sent as they are; absent: none. */
  body?: object | string | Buffer | Readable
}

/** What is said of an answer in the API's description. */
export interface AnswerDescription {
  description: string
  /** Of JSON. */
  schema?: z.ZodType
  /** An example of it. */
  example?: unknown
  /** Other forms in which it may come, by media type. */
  otherForms?: Readonly<Record<string, { schema: z.ZodType; example?: unknown }>>
  headers?: Record<string, string>
}

interface EndpointDescription {
  method: Method
  /** With parameters in braces: `/users/{username}`. */
  path: string
  tag: Tag
  summary: string
  description?: string
  /** Whether the API's description leaves it out. */
  unlisted?: boolean
  /** By status. */
  answers: Readonly<Record<number, AnswerDescription>>
}

/** A request to a public endpoint. */
export interface Visit {
  porthor: Porthor
  url: RequestUrl
}

/** A request whose sender is known and whose parts are valid. */
export interface Call<P, Q, B> extends Visit {
  caller: Caller
  /** What the presented token stands for; null: the bootstrap token, where it is accepted. */
  data: TokenData | null
  /** What is written into it is sent back as a new cookie. */
  session: SessionState
  params: P
  query: Q
  body: B
  headers: IncomingHttpHeaders
}

export interface PublicEndpoint extends EndpointDescription {
  access: 'public'
  handle(visit: Visit): Promise<Answer>
}

export interface ProtectedEndpoint<P, Q, B> extends EndpointDescription {
  access: TokenAccess
  params?: z.ZodType<P>
  query?: z.ZodType<Q>
  body?: z.ZodType<B>
  /** An example of the body, for the API's description. */
  bodyExample?: unknown
  /** Whether the body may be left out, and then counts as an empty object. */
  bodyOptional?: boolean
  /** Headers that it looks at beside those of every request, each with what it means, for the API's description. */
  headers?: Readonly<Record<string, string>>
  /** Further codes of errors that it answers with, by status, for the API's description. */
  errors?: Readonly<Record<number, readonly string[]>>
  handle(call: Call<P, Q, B>): Promise<Answer>
}

/** A request of a browser, which may have a session or not; it shows the answer to a person. */
export interface BrowserVisit extends Visit {
  /** What is written into it is sent back as a new cookie. */
  session: SessionState
  browser: Browser
  /** By name in small letters. */
  headers: IncomingHttpHeaders
  params: Readonly<Record<string, string>>
  query: URLSearchParams
  /** The fields of a form that was sent; empty: none was. */
  form: URLSearchParams
  /** Names this request in the log. */
  requestId: string
}

export interface BrowserEndpoint extends EndpointDescription {
  access: 'browser'
  handle(visit: BrowserVisit): Promise<Answer>
  /** What a person sees instead of an error; null: it is answered as to a program. */
  handleError(error: unknown, visit: BrowserVisit): Answer | null
}

export type Endpoint = PublicEndpoint | BrowserEndpoint | ProtectedEndpoint<unknown, unknown, unknown>

/** An endpoint for whoever has a token; the schemas give the types of what `handle` gets. */
export function endpoint<P = undefined, Q = undefined, B = undefined>(
  definition: ProtectedEndpoint<P, Q, B>,
): Endpoint {
  return definition
}

/** @throws {NoAuthorizationError} The bootstrap token is nobody's. */
export function dataOf({ data }: { data: TokenData | null }): TokenData {
  if (!data) throw new NoAuthorizationError('The bootstrap token is no user’s')
  return data
}
