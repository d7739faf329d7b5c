import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHttpServer } from '../../src/http/server.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { BOOTSTRAP_TOKEN, porthorBackends, type TestPorthor } from '../support/porthor.ts'

describe('a request without a body', () => {
  let test: TestPorthor
  let app: ReturnType<typeof createHttpServer>

  beforeAll(async () => {
    const [backend] = porthorBackends
    if (!backend) throw new Error('There is no backend')
    test = await backend.open()
    app = createHttpServer(test.porthor, { log: silentLog })
    await app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterAll(async () => {
    await app.close()
    await test.close()
  })

  it.each([
    ['says of what kind it would be, and not how long', ['Content-Type: application/json']],
    ['says that it is empty', ['Content-Type: application/json', 'Content-Length: 0']],
    ['says nothing', []],
  ])('is answered where it %s', async (_, headers) => {
    const { port } = app.server.address() as AddressInfo
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const head = [
      'POST /auth/api/v1/tokens HTTP/1.1',
      'Host: example.com',
      'Connection: close',
      `Authorization: Bearer ${BOOTSTRAP_TOKEN}`,
      ...headers,
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 422 /)
  })
})
