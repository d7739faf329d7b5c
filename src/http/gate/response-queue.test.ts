import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import type { GateAnswer } from './answers.ts'
import { ResponseQueue } from './response-queue.ts'

const answerOf = (body: string, headers: string[] = []): GateAnswer => ({
  status: 200,
  headers: [...headers, 'Content-Length', String(body.length)],
  body,
})

/** What clients get whose requests have all come before the first is answered. */
async function answersTo(count: number, queue: ResponseQueue, answer: (index: number) => GateAnswer) {
  const waiting: ServerResponse[] = []
  const server = createServer((_, response) => {
    waiting.push(response)
    if (waiting.length < count) return
    for (const [index, one] of waiting.entries()) queue.send(one, answer(index))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const replies = await Promise.all(
    Array.from({ length: count }, async () => {
      const reply = await fetch(`http://127.0.0.1:${port}/`)
      return { status: reply.status, text: await reply.text() }
    }),
  )
  server.close()
  return replies.toSorted((one, other) => one.text.localeCompare(other.text, 'en', { numeric: true }))
}

it('each request gets its own answer, however many come together', async () => {
  const queue = new ResponseQueue(() => expect.unreachable())
  const replies = await answersTo(150, queue, (index) => answerOf(`answer ${index}`))
  expect(replies).toEqual(
    Array.from({ length: 150 }, (_, index) => ({ status: 200, text: `answer ${index}` })),
  )
})

it('one answer that cannot be sent is replaced, and keeps no other from being sent', async () => {
  const failures: unknown[] = []
  const queue = new ResponseQueue((error) => {
    failures.push((error as { code: string }).code)
    return { ...answerOf('failed'), status: 500 }
  })
  const replies = await answersTo(3, queue, (index) =>
    index === 1 ? answerOf('lost', ['X-Auth-Request-User', 'a\nb']) : answerOf(`answer ${index}`),
  )
  expect(replies).toEqual([
    { status: 200, text: 'answer 0' },
    { status: 200, text: 'answer 2' },
    { status: 500, text: 'failed' },
  ])
  expect(failures).toEqual(['ERR_INVALID_CHAR'])
})
