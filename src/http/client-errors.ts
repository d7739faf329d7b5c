import type { Socket } from 'node:net'
import { refusalOf } from './errors.ts'

const STATUSES: Readonly<Record<string, { status: number; reason: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, reason: 'Request Header Fields Too Large' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, reason: 'Request Timeout' },
}

/** Answers what is no HTTP, or comes too slowly, in the form of the API's errors; then the connection ends. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const { status, reason } = STATUSES[error.code ?? ''] ?? { status: 400, reason: 'Bad Request' }
  const refusal = refusalOf(status)
  const body = JSON.stringify({
    detail: [{ msg: refusal?.msg ?? reason, type: refusal?.type ?? 'bad_request' }],
  })
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroySoon())
}
