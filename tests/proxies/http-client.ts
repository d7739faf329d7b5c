import { request } from 'node:http'

/** A header as it is sent: any name, however often. */
export type Header = readonly [name: string, value: string]

export interface Sent {
  /** GET unless given. */
  readonly method?: string
  /** `/` unless given. */
  readonly path?: string
  readonly headers?: readonly Header[]
  readonly body?: string
}

export interface Received {
  readonly status: number
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** Sends a request as it stands, on a connection of its own: no redirect is followed, no header added but `Host`. */
export async function send(origin: string, sent: Sent = {}): Promise<Received> {
  const { method = 'GET', path = '/', headers = [], body } = sent
  const { host } = new URL(origin)
  const all: Header[] = [['Host', host], ['Connection', 'close'], ...headers]
  if (body !== undefined) all.push(['Content-Length', String(Buffer.byteLength(body))])
  return new Promise((resolve, reject) => {
    const outgoing = request(origin, { method, path, headers: all.flat(), agent: false, timeout: 20_000 })
    outgoing.on('error', reject)
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer to ${method} ${path}`)))
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('error', reject)
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => {
        const received = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
          name,
          String(value),
        ])
        resolve({
          status: incoming.statusCode ?? 0,
          headers: new Map(received),
          body: Buffer.concat(chunks).toString(),
        })
      })
    })
    outgoing.end(body)
  })
}
