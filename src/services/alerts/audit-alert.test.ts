import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import type { AuditFinding } from '../audit-finding.ts'
import { AuditAlert } from './audit-alert.ts'
import { SlackError } from './slack.ts'

function finding(message: string, repaired = false): AuditFinding {
  return {
    ...{ kind: 'mismatch', key: 'k', username: 'alice', message, details: {}, repairable: true },
    repair: { action: 'end', tokens: 1 },
    repaired,
  }
}

/** Stands for Slack; answers with a status, and keeps what it got. */
async function webhook(status: number) {
  const received: unknown[] = []
  const server = createServer(async (request, response) => {
    received.push(await json(request))
    response.writeHead(status).end('ok')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/very-secret`
  return { url, received, close: () => new Promise((closed) => server.close(closed)) }
}

describe('an alert of the audit', () => {
  it('is a heading and a bullet for each finding, in one message', async () => {
    const slack = await webhook(200)
    const alert = new AuditAlert()
    expect(alert.isEmpty).toBe(true)
    alert.add(finding('Token `a` differs'))
    alert.add(finding('Token `b` differs', true))
    await alert.post(slack.url)
    await slack.close()
    const text = 'Porthor found data inconsistencies:\n• Token `a` differs\n• Token `b` differs [repaired]'
    expect(slack.received).toEqual([{ text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] }])
  })

  it('stays as short as Slack wants it, and counts what it leaves out', () => {
    const alert = new AuditAlert()
    for (let count = 0; count < 10_000; count++) alert.add(finding(`Token number ${count} differs`))
    expect(alert.text().length).toBeLessThanOrEqual(3_000)
    const shown = alert.text().split('\n').length - 2
    expect(alert.text()).toMatch(new RegExp(`\n• and ${10_000 - shown} more$`))
  })

  it('that is not delivered is an error without the secret address', async () => {
    const slack = await webhook(500)
    const alert = new AuditAlert()
    alert.add(finding('x'))
    await expect(alert.post(slack.url)).rejects.toThrow(new SlackError('status 500'))
    await slack.close()
    await expect(alert.post(slack.url)).rejects.toThrow('slackWebhook (ECONNREFUSED)')
  })
})
