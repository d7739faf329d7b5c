import { once } from 'node:events'
import type { Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { keepUntilAnswered } from './idle-connections.ts'
import { createLimitedServer } from './limited-server.ts'
import { IDLE_MILLISECONDS } from './limits.ts'

let server: Server
let port: number
let answerLong: () => void

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  server = createLimitedServer((request, response) => {
    if (request.url !== '/long') return response.end('here')
    keepUntilAnswered(request, response)
    answerLong = () => response.end('here')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})

afterEach(async () => {
  vi.useRealTimers()
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

it('ends a connection on which nothing comes or goes, and no other', async () => {
  const [idle, busy] = [await opened(), await opened()]
  const ended = once(idle, 'close')
  await ask(idle)
  for (let asked = 0; asked < 10; asked++) {
    await ask(busy)
    vi.advanceTimersByTime(IDLE_MILLISECONDS / 5)
  }
  await ended
  expect(await ask(busy)).toContain('here')
})

it('lets a connection be idle for as long as it may', async () => {
  const client = await opened()
  await ask(client)
  // What has come and gone is seen at the first look.
  vi.advanceTimersByTime(IDLE_MILLISECONDS)
  expect(await ask(client)).toContain('here')
})

it('keeps a connection on which an answer takes longer, and ends it afterwards', async () => {
  const client = await opened()
  const ended = once(client, 'close')
  const requested = once(server, 'request')
  client.write(requestFor('/long'))
  await requested
  vi.advanceTimersByTime(IDLE_MILLISECONDS * 3)
  answerLong()
  expect(await answerTo(client)).toContain('here')
  vi.advanceTimersByTime(IDLE_MILLISECONDS * 2)
  await ended
})

async function opened(): Promise<Socket> {
  const accepted = once(server, 'connection')
  const client = connect(port, '127.0.0.1')
  await accepted
  return client
}

function ask(client: Socket): Promise<string> {
  client.write(requestFor('/'))
  return answerTo(client)
}

async function answerTo(client: Socket): Promise<string> {
  const [data] = await once(client, 'data')
  return String(data)
}

function requestFor(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`
}
