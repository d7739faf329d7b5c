import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { Config } from '../../src/config/index.ts'
import { createHttpServer } from '../../src/http/server.ts'
import { SESSION_COOKIE_NAME } from '../../src/http/session-cookie.ts'
import { Token } from '../../src/models/token.ts'
import { bareUserInfo } from '../../src/models/token-data.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { freePort } from '../support/free-port.ts'
import { BOOTSTRAP_TOKEN, type PorthorBackend, type TestPorthor } from '../support/porthor.ts'
import { checkoutFolder } from '../support/server-process.ts'

/** For all that a person waits for, on a machine that is busy otherwise: milliseconds. */
const PATIENCE = 30_000

export interface NewTokenFields {
  token_name?: string
  note?: string
  expires?: number
  token_type?: 'user' | 'service'
}

/** A Porthor that listens, and how tests come to its page. */
export interface Site {
  /** Without a slash at the end. */
  url: string
  test: TestPorthor
  app: FastifyInstance
  /** Makes a token behind the page's back. */
  newToken(username: string, scopes: readonly string[], fields?: NewTokenFields): Promise<Token>
  /** Asks the API with the bootstrap token. */
  api(method: string, path: string, body?: unknown): Promise<Response>
  /** A browser of a person's own with a session, on no page yet. */
  logIn(
    browser: Browser,
    username: string,
    scopes?: readonly string[],
    options?: VisitOptions,
  ): Promise<Visit>
  close(): Promise<void>
}

export interface VisitOptions {
  /** Instead of a new one; with what it keeps of the page's files. */
  context?: BrowserContext
  width?: number
  height?: number
  colorScheme?: 'light' | 'dark'
  userAgent?: string
}

export interface Visit {
  context: BrowserContext
  page: Page
  /** What the browser complained of so far: errors of scripts, and what the policy of the page forbade. */
  complaints: string[]
  /** Goes to a page below /auth/tokens, and waits for its heading. */
  open(path: string, heading?: string | RegExp): Promise<void>
}

export async function openSite(backend: PorthorBackend, config: Partial<Config> = {}): Promise<Site> {
  buildPage()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const test = await backend.open({
    config: { baseUrl: `${url}/`, realm: '127.0.0.1', afterLogoutUrl: `${url}/logged-out`, ...config },
  })
  const app = createHttpServer(test.porthor, { log: silentLog })
  await app.listen({ host: '127.0.0.1', port })
  let made = 0

  const api: Site['api'] = (method, path, body) =>
    fetch(`${url}/auth/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${BOOTSTRAP_TOKEN}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })

  return {
    ...{ url, test, app, api },
    async newToken(username, scopes, fields = {}) {
      const isService = fields.token_type === 'service'
      const named = isService ? {} : { token_name: `token ${made++}` }
      const wanted = { username, scopes, token_type: 'user', ...named, ...fields }
      const answer = await api('POST', '/tokens', wanted)
      const body = (await answer.json()) as { token: string }
      if (answer.status !== 201) throw new Error(JSON.stringify(body))
      return Token.parse(body.token)
    },
    async logIn(browser, username, scopes = [], options = {}) {
      const visit = await openContext(url, browser, options)
      const userAgent: string = await visit.page.evaluate('navigator.userAgent')
      const token = await test.porthor.sessions.open(
        { user: bareUserInfo(username), scopes, upstream: null },
        { ipAddress: '127.0.0.1', userAgent },
      )
      const state = test.porthor.fernet.encrypt(JSON.stringify({ token: `${token}` }))
      await visit.context.addCookies([{ name: SESSION_COOKIE_NAME, value: `"${state}"`, url }])
      return visit
    },
    async close() {
      await app.close()
      await test.close()
    },
  }
}

async function openContext(url: string, browser: Browser, options: VisitOptions): Promise<Visit> {
  const context = options.context ?? (await newContext(url, browser, options))
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`${error}`))
  page.on('console', (message) => {
    // What the server answers to a mistake of a person's is no defect of the page.
    const isAnswer = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !isAnswer) complaints.push(message.text())
  })
  return {
    ...{ context, page, complaints },
    async open(path, heading) {
      await page.goto(`${url}/auth/tokens${path}`)
      await page.getByRole('heading', { level: 1, ...(heading && { name: heading }) }).waitFor()
    },
  }
}

async function newContext(url: string, browser: Browser, options: VisitOptions): Promise<BrowserContext> {
  const { width = 1280, height = 900, colorScheme = 'light', userAgent } = options
  const context = await browser.newContext({
    viewport: { width, height },
    ...{ colorScheme, locale: 'en-GB', timezoneId: 'Europe/London', reducedMotion: 'reduce' },
    ...(userAgent !== undefined && { userAgent }),
  })
  context.setDefaultTimeout(PATIENCE)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url })
  return context
}

/** Nothing is done where it has been built from what is there. */
export function buildPage(): void {
  const script = join(checkoutFolder, 'scripts', 'build-web.mjs')
  const { status, stderr } = spawnSync(process.execPath, [script, '--if-needed'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`The page was not built:\n${stderr}`)
}
