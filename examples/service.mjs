/**
 * A service without any authentication of its own, which shows the requests that reach it: as JSON, with every header as it
 * came, names and values by turns.
 *
 *     node examples/service.mjs [PORT]
 */
import { createServer } from 'node:http'

const port = Number(process.argv[2] ?? 9000)

const server = createServer((request, response) => {
  const { method, url, rawHeaders } = request
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString()
    console.log(`Served ${method} ${url}`)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify({ method, url, headers: rawHeaders, body }, null, 2)}\n`)
  })
})

server.listen(port, '127.0.0.1', () => console.log(`The service listens on http://127.0.0.1:${port}`))
