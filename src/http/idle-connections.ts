import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** How often within the time it is looked what has been idle. */
const LOOKS = 5

interface Connection {
  /** So many had gone, in both directions, when it was last looked. */
  bytes: number
  /** When there was something new for the last time: milliseconds of a clock that never goes back. */
  since: number
}

/** On each connection the last answer that may take its time. */
const answers = new WeakMap<Socket, ServerResponse>()

/** Keeps the connection of a request for as long as it is not answered. Others are answered long before they count as idle. */
export function keepUntilAnswered({ socket }: IncomingMessage, response: ServerResponse): void {
  answers.set(socket, response)
}

/**
 * Ends connections on which nothing has come or gone for so long. Node.js itself (`keepAliveTimeout`) would set a timer after
 * each answer and clear it at the next request, which takes a part of the time that the gate needs in all.
 *
 * @param milliseconds - After this time, and up to a fifth of it more.
 */
export function endIdleConnections(server: Server, milliseconds: number): void {
  const connections = new Map<Socket, Connection>()
  server.on('connection', (socket: Socket) => {
    connections.set(socket, { bytes: 0, since: performance.now() })
    socket.once('close', () => connections.delete(socket))
  })
  const timer = setInterval(() => {
    const now = performance.now()
    for (const [socket, connection] of connections) {
      const bytes = socket.bytesRead + socket.bytesWritten
      const isAnswered = answers.get(socket)?.writableFinished ?? true
      if (bytes !== connection.bytes || !isAnswered) Object.assign(connection, { bytes, since: now })
      else if (now - connection.since >= milliseconds) socket.destroy()
    }
  }, milliseconds / LOOKS)
  timer.unref()
  server.on('close', () => clearInterval(timer))
}
