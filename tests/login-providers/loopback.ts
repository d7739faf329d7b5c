import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it came. */
export interface LoopbackRequest {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  text: string
  /** The body, read as a form. */
  form: URLSearchParams
}

/** `hangs`: nothing comes, or nothing after the beginning of the body, or that bit by bit and without an end. */
export interface LoopbackAnswer {
  status?: number
  headers?: Record<string, string>
  /** An object is sent as JSON, a buffer as it is. */
  body?: string | object | Buffer
  hangs?: 'before' | 'midway' | 'dripping'
}

/** A server on 127.0.0.1 that answers as a test says. */
export interface LoopbackServer {
  /** Without a slash at the end. */
  url: string
  /** What came so far. */
  requests: LoopbackRequest[]
  close(): Promise<void>
}

export async function startLoopback(
  answer: (request: LoopbackRequest) => LoopbackAnswer | Promise<LoopbackAnswer>,
): Promise<LoopbackServer> {
  const requests: LoopbackRequest[] = []
  const server = createServer(async (incoming, outgoing) => {
    const request = await readRequest(incoming)
    requests.push(request)
    send(outgoing, await answer(request))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function readRequest(incoming: IncomingMessage): Promise<LoopbackRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://127.0.0.1')
  const { method = '', headers } = incoming
  return { method, path: pathname, query: searchParams, headers, text, form: new URLSearchParams(text) }
}

function send(outgoing: ServerResponse, { status = 200, headers, body = '', hangs }: LoopbackAnswer): void {
  if (hangs === 'before') return
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body)
  const content = isRaw ? body : JSON.stringify(body)
  outgoing.writeHead(status, { 'content-type': isRaw ? 'text/html' : 'application/json', ...headers })
  if (hangs === undefined) outgoing.end(content)
  else outgoing.write(content.slice(0, 1))
  if (hangs === 'dripping') {
    const dripping = setInterval(() => outgoing.write(' '), 20)
    outgoing.on('close', () => clearInterval(dripping))
  }
}
