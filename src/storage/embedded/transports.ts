import type { Socket } from 'node:net'
import { deserialize, serialize } from 'node:v8'
import type { MessagePort, Worker } from 'node:worker_threads'
import type { Transport } from './messages.ts'

export function portTransport<In, Out>(port: MessagePort | Worker): Transport<In, Out> {
  return {
    send: (message) => (port as MessagePort).postMessage(message),
    onMessage: (listener) => port.on('message', listener),
    onClose: (listener) => port.on(isWorker(port) ? 'exit' : 'close', listener),
    close: () => (isWorker(port) ? void port.terminate() : port.close()),
  }
}

function isWorker(port: MessagePort | Worker): port is Worker {
  return 'terminate' in port
}

/** Messages over a stream: four bytes of length, then the message as node:v8 serialises it. */
export function socketTransport<In, Out>(socket: Socket): Transport<In, Out> {
  let received: Buffer = Buffer.alloc(0)
  const listeners: ((message: In) => void)[] = []

  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    while (received.length >= 4) {
      const end = 4 + received.readUInt32BE(0)
      if (received.length < end) return
      const message = deserialize(received.subarray(4, end)) as In
      received = received.subarray(end)
      for (const listener of listeners) listener(message)
    }
  })
  // A peer that dies mid-message: 'close' follows and says all there is to say.
  socket.on('error', () => {})

  return {
    send(message) {
      const body = serialize(message)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(body.length)
      socket.write(Buffer.concat([length, body]))
    },
    onMessage: (listener) => listeners.push(listener),
    onClose: (listener) => socket.on('close', listener),
    close: () => socket.destroy(),
  }
}
