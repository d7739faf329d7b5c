import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { requireFreeAddress } from './listen-error.ts'

const host = '127.0.0.1'

describe('an address to listen on', () => {
  it('is refused while another has it, and free afterwards', async () => {
    const server = createServer()
    await new Promise<void>((listening) => server.listen(0, host, listening))
    const { port } = server.address() as AddressInfo
    await expect(requireFreeAddress({ host, port })).rejects.toThrow(
      `Port ${port} of 127.0.0.1 is in use: stop what listens there, or choose another port (--port)`,
    )
    await new Promise((closed) => server.close(closed))
    await requireFreeAddress({ host, port })
    await requireFreeAddress({ host, port })
  })

  it('must be one of this machine', async () => {
    await expect(requireFreeAddress({ host: '192.0.2.1', port: 0 })).rejects.toThrow(
      '192.0.2.1 is not an address of this machine',
    )
  })
})
