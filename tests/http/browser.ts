import type { LightMyRequestResponse } from 'fastify'
import { SESSION_COOKIE_NAME } from '../../src/http/session-cookie.ts'
import { Fernet } from '../../src/storage/token-data/fernet.ts'
import { SESSION_SECRET } from '../support/porthor.ts'
import { sessionValue, type TestApi } from './api.ts'

/** The fields of a session cookie as they are stored. */
export interface StoredSession {
  csrf?: string
  token?: string
  github?: string
  return_url?: string
  state?: string
  login_start?: string
}

/** What a browser does with the session cookie, and what it says of its requests. */
export class TestBrowser {
  readonly #api: TestApi
  /** The value of the session cookie; null: it has none. */
  cookie: string | null = null

  constructor(api: TestApi) {
    this.#api = api
  }

  /** Somebody enters an address, or follows a link of the site's own. */
  visit(path: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    return this.#send('GET', path, { accept: 'text/html,application/xhtml+xml', ...headers })
  }

  submit(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<LightMyRequestResponse> {
    const form = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' }
    return this.#send('POST', path, { ...form, ...headers }, new URLSearchParams(fields).toString())
  }

  /** What the cookie holds, decrypted. */
  session(): StoredSession {
    return this.cookie === null
      ? {}
      : JSON.parse(new Fernet([SESSION_SECRET]).decrypt(this.cookie).toString())
  }

  setSession(state: StoredSession): void {
    this.cookie = sessionValue(state)
  }

  async #send(
    method: 'GET' | 'POST',
    url: string,
    headers: Record<string, string>,
    payload?: string,
  ): Promise<LightMyRequestResponse> {
    const cookie = this.cookie === null ? {} : { cookie: `${SESSION_COOKIE_NAME}="${this.cookie}"` }
    const answer = await this.#api.app.inject({
      method,
      url,
      headers: { host: 'example.com', ...cookie, ...headers },
      ...(payload !== undefined && { payload }),
    })
    this.#keep([answer.headers['set-cookie'] ?? []].flat())
    return answer
  }

  #keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split('; ')
      const value = pair.slice(pair.indexOf('=') + 1).replace(/^"|"$/g, '')
      this.cookie = attributes.includes('Max-Age=0') ? null : value
    }
  }
}
