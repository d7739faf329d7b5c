import type { IncomingMessage } from 'node:http'
import { REQUEST_HEADERS } from './load.ts'

/** A request as Node.js gives it: with texts of its own. */
export function requestOf(path: string, credential: string[]): IncomingMessage {
  const headers = ['Host', '127.0.0.1:8080', ...Object.entries(REQUEST_HEADERS).flat(), ...credential]
  const rawHeaders = headers.map(copyOf)
  return {
    url: copyOf(path),
    method: 'GET',
    rawHeaders,
    socket: { remoteAddress: '127.0.0.1' },
  } as IncomingMessage
}

function copyOf(text: string): string {
  return Buffer.from(text).toString('latin1')
}
