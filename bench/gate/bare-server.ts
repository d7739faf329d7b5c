import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import { openBareReader } from './bare-reader.ts'

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

const reader = values.redis ? await openBareReader(values.redis, values.key) : null

createServer((request, response) => {
  if (!reader || request.url === '/health') {
    response.writeHead(200, HEADERS).end(BODY)
    return
  }
  // `Bearer gt-<key>.<secret>`
  const key = request.headers.authorization?.slice(10, 32) ?? ''
  void reader.read(key).then(() => response.writeHead(200, HEADERS).end(BODY))
}).listen(Number(values.port), values.host)
