import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Token } from '../../src/models/token.ts'
import { freePort } from '../support/free-port.ts'
import { checkoutFolder, type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { type CliStores, cliBackends } from './backends.ts'
import { childrenOf } from './children.ts'
import { runCli } from './run-cli.ts'

const [embedded, platform] = cliBackends
const ORIGINAL = { 'x-original-url': 'http://127.0.0.1/svc', 'x-original-method': 'GET' }

/** Values by the name of the metric, with its labels as they are written. */
type Metrics = Map<string, number>

describe('metrics', { timeout: 120_000 }, () => {
  let stores: CliStores
  let server: ServerProcess
  let url: string
  let token: string

  beforeAll(async () => {
    if (!embedded) throw new Error('There is no such backend')
    stores = await embedded.open()
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    server = await startServerProcess({
      environment: { ...stores.environment, PORTHOR_METRICS_LISTEN: `127.0.0.1:${port}` },
    })
    token = await newToken(stores, 'alice-in-metrics')
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    await stores?.close()
  })

  const ask = async (query: string, authorization?: string) => {
    const headers = { ...ORIGINAL, ...(authorization !== undefined && { authorization }) }
    return (await fetch(`${server.url}/ingress/${query}`, { headers })).status
  }

  it('count what the gate decides, by outcome', async () => {
    const before = await metricsAt(url)
    expect(await ask('auth?scope=user:token', `Bearer ${token}`)).toBe(200)
    expect(await ask('auth?scope=user:token', `Bearer ${token}`)).toBe(200)
    expect(await ask('auth?scope=admin:token', `Bearer ${token}`)).toBe(403)
    expect(await ask('auth', `Bearer ${Token.withKey(Token.parse(token).key)}`)).toBe(401)
    expect(await ask('auth')).toBe(401)
    expect(await ask('auth?auth_type=x')).toBe(403)
    expect(await ask('anonymous')).toBe(200)
    const counted = grown(before, await metricsAt(url))
    const decisions = (outcome: string) => counted.get(`porthor_gate_decisions_total{outcome="${outcome}"}`)
    expect(decisions('allowed')).toBe(2)
    expect(decisions('insufficient_scope')).toBe(1)
    expect(decisions('invalid_token')).toBe(1)
    expect(decisions('no_authorization')).toBe(1)
    expect(decisions('invalid_parameters')).toBe(1)
    expect(decisions('anonymous')).toBe(1)
    expect(counted.get('porthor_gate_verifications_total')).toBe(5)
    // The first of the token, a wrong secret, and none at all are not for memory to decide.
    expect(counted.get('porthor_gate_memory_hits_total')).toBe(2)
    expect(counted.get('porthor_gate_decision_duration_seconds_count')).toBe(5)
    expect(counted.get('porthor_gate_decision_duration_seconds_bucket{le="+Inf"}')).toBe(5)
    expect(counted.get('porthor_gate_decision_duration_seconds_sum')).toBeGreaterThan(0)
  })

  it('say what is in memory, what the stores hold, and that they answer', async () => {
    await ask('auth', `Bearer ${token}`)
    const metrics = await metricsAt(url)
    expect(metrics.get('porthor_memory_tokens')).toBe(1)
    expect(metrics.get('porthor_memory_usable')).toBe(1)
    expect(metrics.get('porthor_store_up{store="database"}')).toBe(1)
    expect(metrics.get('porthor_store_answer_seconds{store="database"}')).toBeGreaterThan(0)
    expect(metrics.get('porthor_frozen_users')).toBe(0)
    expect(metrics.get('porthor_stores_comparing')).toBe(0)
    expect(metrics.get('process_cpu_seconds_total')).toBeGreaterThan(0)
  })

  it('name no user and no token', async () => {
    await ask('auth', `Bearer ${token}`)
    const text = await textAt(url)
    expect(text).not.toContain('alice')
    expect(text).not.toContain(Token.parse(token).key)
  })

  it('are served there, and nowhere else, and nothing else is', async () => {
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404)
    expect((await fetch(`${url}/health`)).status).toBe(404)
    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405)
    const head = await fetch(`${url}/metrics`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect(head.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  })

  it('are all described in docs/metrics.md', async () => {
    const page = await readFile(join(checkoutFolder, 'docs', 'metrics.md'), 'utf8')
    const names = [...(await textAt(url)).matchAll(/^# TYPE (porthor_\S+)/gm)].map(([, name]) => name)
    expect(names).toHaveLength(14)
    for (const name of names) expect(page).toContain(`\`${name}\``)
  })
})

describe.skipIf(platform?.available !== true)('metrics of several processes', { timeout: 120_000 }, () => {
  let stores: CliStores

  beforeAll(async () => {
    if (!platform) throw new Error('There is no such backend')
    stores = await platform.open()
  })
  afterAll(() => stores?.close())

  it('add up, and do not shrink when one of them dies', async () => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const server = await startServerProcess({
      args: ['--workers', '2'],
      environment: { ...stores.environment, PORTHOR_METRICS_LISTEN: `127.0.0.1:${port}` },
    })
    await server.program.waitForOutput('"Listening"')
    const anonymous = async (count: number) => {
      const headers = { connection: 'close' }
      for (let at = 0; at < count; at++) await fetch(`${server.url}/ingress/anonymous`, { headers })
    }
    const counted = async () =>
      (await metricsAt(url)).get('porthor_gate_decisions_total{outcome="anonymous"}')
    await anonymous(20)
    expect(await counted()).toBe(20)
    const [first] = await childrenOf(server.program.pid)
    if (first === undefined) throw new Error('There are no workers')
    process.kill(first, 'SIGKILL')
    await server.program.waitForOutput('A worker has died')
    expect(await counted()).toBe(20)
    await anonymous(10)
    await expect.poll(counted, { timeout: 20_000 }).toBe(30)
    await server.close()
  })

  it('are served on a Unix socket as well', async () => {
    const socketPath = join(stores.folder, 'metrics.sock')
    const server = await startServerProcess({
      environment: { ...stores.environment, PORTHOR_METRICS_LISTEN: `unix:${socketPath}` },
    })
    const [response] = await once(get({ socketPath, path: '/metrics' }), 'response')
    expect(metricsOf(await text(response)).get('porthor_store_up{store="redis"}')).toBe(1)
    await server.close()
  })
})

async function newToken(stores: CliStores, user: string): Promise<string> {
  const args = ['token', 'create', '--user', user, '--name', 'measured', '--scope', 'user:token']
  const { stdout } = await runCli(args, { environment: stores.environment })
  return stdout.trim()
}

async function textAt(url: string): Promise<string> {
  const response = await fetch(`${url}/metrics`)
  expect(response.status).toBe(200)
  return response.text()
}

async function metricsAt(url: string): Promise<Metrics> {
  return metricsOf(await textAt(url))
}

function metricsOf(text: string): Metrics {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const blank = line.lastIndexOf(' ')
      return [line.slice(0, blank), Number(line.slice(blank + 1))]
    }),
  )
}

/** What each metric has gained. */
function grown(before: Metrics, after: Metrics): Metrics {
  return new Map([...after].map(([name, value]) => [name, value - (before.get(name) ?? 0)]))
}
