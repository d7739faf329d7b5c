import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Porthor } from '../../src/composition.ts'
import type { Config } from '../../src/config/index.ts'
import { Token } from '../../src/models/token.ts'
import { bearer, startGate } from '../gate/gate-server.ts'
import { BOOTSTRAP_TOKEN, porthorBackends, type TestPorthor } from '../support/porthor.ts'

export interface ApiReply {
  status: number
  /** Null: there was none, or it was no JSON. */
  body: unknown
  retryAfter: string | null
}

export interface LogLine {
  level: string
  event: string
  fields: Record<string, unknown>
}

/** A whole server in this process, whose stores a test takes away. */
export interface Platform {
  test: TestPorthor
  porthor: Porthor
  lines: LogLine[]
  /** The status that the gate gives a request with this token. */
  gate(token: Token): Promise<number>
  /** As the operator, unless another token is given. */
  api(method: string, path: string, options?: { token?: Token | string; body?: object }): Promise<ApiReply>
  /** Makes the operator a new token, for where the stores have lost the old one. */
  renewOperator(): Promise<void>
  health(): Promise<number>
  newToken(username: string, fields?: object): Promise<Token>
  revoke(username: string, token: Token): Promise<ApiReply>
  close(): Promise<void>
}

export type BackendName = 'embedded' | 'PostgreSQL' | 'PostgreSQL with Redis'

/** What an administrator might ask for. */
export const serviceToken = { username: 'bot-new', token_type: 'service', scopes: [] }

/** True, or why tests on these stores are left out. */
export function backendAvailable(name: BackendName): true | string {
  return backendOf(name)?.available ?? 'no such backend'
}

function backendOf(name: BackendName) {
  return porthorBackends.find((backend) => backend.name === name)
}

/** @param config - Addresses of a test's own stores, short leases and so on. */
export async function openPlatform(name: BackendName, config: Partial<Config> = {}): Promise<Platform> {
  const gate = await startGate(backendOf(name), { config })
  const { port } = gate.app.server.address() as { port: number }
  const send = apiOf(`http://127.0.0.1:${port}`)
  let made = 0
  let operator: Token | null = null
  const api: Platform['api'] = (method, path, options = {}) =>
    send(method, path, { token: operator ?? BOOTSTRAP_TOKEN, ...options })
  const newToken: Platform['newToken'] = async (username, fields = {}) => {
    const name = { token_type: 'user', token_name: `token ${made++}` }
    const body = { username, ...name, scopes: ['read:all'], ...fields }
    const reply = await send('POST', '/auth/api/v1/tokens', { token: BOOTSTRAP_TOKEN, body })
    if (reply.status !== 201) throw new Error(`No token was made: ${reply.status}`)
    return Token.parse((reply.body as { token: string }).token)
  }
  const renewOperator = async () => {
    operator = await newToken('admin', { scopes: ['admin:token'] })
  }
  await renewOperator()
  return {
    test: gate.test,
    porthor: gate.porthor,
    lines: gate.lines,
    api,
    gate: async (token) => (await gate.ask('', bearer(token))).status,
    health: async () => (await api('GET', '/health')).status,
    newToken,
    renewOperator,
    revoke: (username, token) => api('DELETE', `/auth/api/v1/users/${username}/tokens/${token.key}`),
    close: () => gate.close(),
  }
}

function apiOf(url: string) {
  return async (
    method: string,
    path: string,
    { token, body }: { token: Token | string; body?: object },
  ): Promise<ApiReply> => {
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(25_000),
    })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.startsWith('application/json')
    return {
      status: answer.status,
      body: isJson && text ? JSON.parse(text) : null,
      retryAfter: answer.headers.get('retry-after'),
    }
  }
}

/**
 * Waits until a question gets this answer, and says how long that took: milliseconds. With PORTHOR_OUTAGE_FIGURES in the
 * environment the figure is printed, for docs/failures.md.
 */
export async function timeUntil<T>(
  what: string,
  ask: () => Promise<T>,
  answer: T,
  seconds = 15,
): Promise<number> {
  const begun = performance.now()
  for (;;) {
    const got = await ask()
    const taken = performance.now() - begun
    if (got === answer) {
      if (process.env.PORTHOR_OUTAGE_FIGURES) process.stderr.write(`${what}: ${Math.round(taken)} ms\n`)
      return taken
    }
    if (taken > seconds * 1000) throw new Error(`${what}: still ${String(got)} after ${seconds} s`)
    await sleep(10)
  }
}

/** How long an answer took: milliseconds. */
export async function timed<T>(ask: Promise<T>): Promise<{ answer: T; milliseconds: number }> {
  const begun = performance.now()
  return { answer: await ask, milliseconds: performance.now() - begun }
}

/** Of a Redis of a test's own. */
export function redisAddress(port: number) {
  return {
    kind: 'server' as const,
    host: '127.0.0.1',
    port,
    database: 0,
    username: null,
    password: null,
    tls: false,
  }
}

/** Whether the log has such a line. */
export function hasLine(lines: readonly LogLine[], level: string, event: string | RegExp): boolean {
  return lines.some(
    (line) =>
      line.level === level && (typeof event === 'string' ? line.event === event : event.test(line.event)),
  )
}
