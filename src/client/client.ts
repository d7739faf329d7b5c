import createFetchClient, { type Client, type Middleware } from 'openapi-fetch'
import type { paths } from './api-types.ts'

/** The whole API, by method and path; see `docs/` or `/auth/docs` of a server for what there is. */
export type PorthorClient = Client<paths, 'application/json'>

export interface ClientOptions {
  /** Where Porthor is, without a path: `https://example.org`. In a page of the same origin it may be empty. */
  baseUrl: string
  /** A token, sent as `Authorization: Bearer …`. Absent: the browser's session cookie is what counts. */
  token?: string
  /**
   * For pages in a browser: gives the value of the header `X-CSRF-Token` for requests that change something (field `csrf`
   * of `GET /auth/api/v1/login`).
   */
  csrf?: () => Promise<string>
  /** In the place of the global `fetch`. */
  fetch?: (request: Request) => Promise<Response>
}

/**
 * A client of Porthor's REST API, typed by its OpenAPI description. Answers come as `{ data, error, response }`; `answer`
 * turns them into data or a thrown ApiError.
 */
export function createClient({ baseUrl, token, csrf, fetch }: ClientOptions): PorthorClient {
  const client = createFetchClient<paths, 'application/json'>({
    baseUrl,
    ...(fetch && { fetch }),
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
  })
  if (csrf) client.use(csrfMiddleware(csrf))
  return client
}

function csrfMiddleware(csrf: () => Promise<string>): Middleware {
  return {
    async onRequest({ request }) {
      if (request.method !== 'GET') request.headers.set('x-csrf-token', await csrf())
      return request
    },
  }
}
