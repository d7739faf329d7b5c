import { once } from 'node:events'
import type { Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createLimitedServer } from './limited-server.ts'
import { IDLE_MILLISECONDS } from './limits.ts'

let server: Server
let port: number

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  server = createLimitedServer((_request, response) => response.end('here'))
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
  expect(busy.closed).toBe(false)
  await ask(busy)
})

it('lets a connection be idle for as long as it may', async () => {
  const client = await opened()
  await ask(client)
  // What has come and gone is seen at the first look.
  vi.advanceTimersByTime(IDLE_MILLISECONDS)
  await ask(client)
  expect(client.closed).toBe(false)
})

async function opened(): Promise<Socket> {
  const accepted = once(server, 'connection')
  const client = connect(port, '127.0.0.1')
  await accepted
  return client
}

async function ask(client: Socket): Promise<void> {
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(client, 'data')
}
