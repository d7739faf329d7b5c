import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import { createClient } from '@redis/client'
import { decrypt, fernetKey } from '../bare/fernet.ts'

/*
 * What the gate is compared with: a server of bare node:http that answers 200 with the gate's headers; with `--redis`, one
 * that reads the token's value from Redis and decrypts it for each request.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    redis: { type: 'string' },
    key: { type: 'string', default: '' },
  },
})

const BODY = '{"status":"ok"}'
const HEADERS = {
  'content-type': 'application/json',
  'content-length': BODY.length,
  'x-auth-request-user': 'person-x1',
  'x-auth-request-email': 'person-x1@example.com',
}

async function valueReader(url: string): Promise<(authorization: string) => Promise<unknown>> {
  const key = fernetKey(values.key)
  const client = await createClient({ url, RESP: 3 }).connect()
  return async (authorization) => {
    // `Bearer gt-<key>.<secret>`
    const text = await client.get(`token:${authorization.slice(10, 32)}`)
    return text === null ? null : JSON.parse(decrypt(key, text))
  }
}

const read = values.redis ? await valueReader(values.redis) : null

createServer((request, response) => {
  if (!read || request.url === '/health') {
    response.writeHead(200, HEADERS).end(BODY)
    return
  }
  void read(request.headers.authorization ?? '').then(() => response.writeHead(200, HEADERS).end(BODY))
}).listen(Number(values.port), values.host)
