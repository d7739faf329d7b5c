import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { afterEach, expect, it } from 'vitest'
import { silentLog } from '../token-log.ts'
import { Alerts } from './alerts.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function startWebhook(status = 200) {
  const texts: string[] = []
  const server = createServer(async (request, response) => {
    texts.push(((await json(request)) as { text: string }).text)
    response.writeHead(status).end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  closing.push(() => new Promise((closed) => server.close(closed)))
  return { texts, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/very-secret` }
}

function clockAt(start: number) {
  let now = start
  return {
    milliseconds: () => now * 1000,
    offsetSeconds: () => 0,
    pass(seconds: number) {
      now += seconds
    },
  }
}

it('reports one kind of trouble once in ten minutes, and says how often it came meanwhile', async () => {
  const { texts, url } = await startWebhook()
  const clock = clockAt(1_000)
  const alerts = new Alerts({ webhook: url, clock, log: silentLog })
  for (let count = 0; count < 5; count++) alerts.report('provider', 'GitHub does not answer')
  alerts.report('ldap', 'LDAP does not answer')
  clock.pass(601)
  alerts.report('provider', 'GitHub does not answer')
  await alerts.close()
  expect(texts).toEqual([
    'Error in Porthor: GitHub does not answer',
    'Error in Porthor: LDAP does not answer',
    'Error in Porthor: GitHub does not answer (and 4 more like it since)',
  ])
})

it('tells of defects those who want to hear of them', async () => {
  const { texts, url } = await startWebhook()
  for (const uncaught of [true, false]) {
    const alerts = new Alerts({ webhook: url, uncaught, clock: clockAt(0), log: silentLog })
    alerts.reportUncaught('a defect', `somewhere, and uncaught is ${uncaught}`)
    await alerts.close()
  }
  expect(texts).toEqual(['Error in Porthor: somewhere, and uncaught is true'])
})

it('outlives a webhook that does not take it, and never logs its address', async () => {
  const { url } = await startWebhook(500)
  const lines: string[] = []
  const log = {
    ...silentLog,
    error: (fields: object, event: string) => lines.push(JSON.stringify({ ...fields, event })),
  }
  const alerts = new Alerts({ webhook: url, clock: clockAt(0), log })
  alerts.report('x', 'something')
  await alerts.close()
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('status 500')
  expect(lines[0]).not.toContain('very-secret')
})
