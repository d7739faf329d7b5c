import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Token } from '../../src/models/token.ts'
import { porthorBackends } from '../support/porthor.ts'
import { bearer, cookie, type GateServer, startGate } from './gate-server.ts'

const withRedis = porthorBackends.find(({ name }) => name === 'PostgreSQL with Redis')

describe.skipIf(withRedis?.available !== true)('the gate, while the store of tokens is away', () => {
  let gate: GateServer
  let alice: Token

  beforeAll(async () => {
    gate = await startGate(withRedis, { config: { redisLinkLeaseSeconds: 0.5 } })
    alice = await gate.newToken('alice')
  })
  afterAll(() => gate?.close())

  it('is closed, says when to try again, and opens by itself', async () => {
    const statusOf = async () => (await gate.ask('', bearer(alice))).status
    expect(await statusOf()).toBe(200)
    const pid = gate.test.redis?.pid ?? 0
    process.kill(pid, 'SIGSTOP')
    try {
      await expect.poll(statusOf, { interval: 20, timeout: 5_000 }).toBe(503)
      for (const headers of [bearer(alice), cookie(alice)]) {
        const reply = await gate.ask('?scope=read:all', headers)
        expect([reply.status, reply.type]).toEqual([503, 'store_unavailable'])
        expect(Number(reply.get('retry-after'))).toBeGreaterThan(0)
        expect(reply.get('cache-control')).toBe('no-cache, no-store')
        expect(reply.get('x-error-status')).toBe('503')
        expect(reply.get('x-auth-request-user')).toBeUndefined()
      }
      expect(gate.lines.at(-1)).toMatchObject({
        level: 'error',
        event: 'Requests cannot be judged just now',
      })
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await expect.poll(statusOf, { timeout: 10_000 }).toBe(200)
  })

  it('still lets pass what needs no token', async () => {
    const pid = gate.test.redis?.pid ?? 0
    process.kill(pid, 'SIGSTOP')
    try {
      expect((await gate.ask('/ingress/anonymous')).status).toBe(200)
      const options = { 'x-original-method': 'OPTIONS' }
      expect((await gate.ask('?allow_options=true', options)).status).toBe(200)
      expect((await gate.ask('', {})).status).toBe(401)
    } finally {
      process.kill(pid, 'SIGCONT')
    }
  })
})

it('a failure of the gate’s own closes it, is in the log, and operators are told if they want that', async () => {
  const gate = await startGate(porthorBackends[0], { config: { slackAlerts: true } })
  const told: string[] = []
  gate.porthor.alerts.report = (_kind, text) => told.push(text)
  try {
    const alice = await gate.newToken('alice')
    gate.porthor.verifier.verify = () => Promise.reject(new TypeError('a defect'))
    const reply = await gate.ask('', bearer(alice))
    expect([reply.status, reply.type, reply.get('x-error-status')]).toEqual([500, 'internal_error', '500'])
    expect(reply.text).not.toContain('defect')
    expect(gate.lines.at(-1)).toMatchObject({ level: 'error', event: 'The gate has failed' })
    expect(gate.lines.at(-1)?.fields.exception).toContain('a defect')
    expect(told).toEqual(['Uncaught exception in the gate: TypeError: a defect'])
  } finally {
    await gate.close()
  }
})
