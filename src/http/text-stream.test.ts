import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { requestFields, withinRequest } from './request-log.ts'
import { textStream } from './text-stream.ts'

const fields = {
  httpRequest: { requestMethod: 'GET', requestUrl: '/', remoteIp: null },
  request_id: 'the request',
}

it('a text that is made while it is sent is all of its parts, of one request', async () => {
  async function* parts() {
    yield 'one '
    await new Promise((resolve) => setImmediate(resolve))
    yield `${requestFields()?.request_id}`
  }
  const stream = await withinRequest(fields, () => textStream(parts()))
  expect(await text(stream)).toBe('one the request')
})

it('what fails before its first part is told at once, what fails later breaks it off', async () => {
  async function* failing(good: number) {
    for (let part = 0; part < good; part++) yield 'good'
    throw new Error('away')
  }
  await expect(textStream(failing(0))).rejects.toThrow('away')
  await expect(text(await textStream(failing(1)))).rejects.toThrow('away')
})

it.each(['before it is read', 'while it is read'])('its making ends with it, %s', async (when) => {
  let isOpen = true
  async function* endless() {
    try {
      for (;;) yield 'again '
    } finally {
      isOpen = false
    }
  }
  const stream = await textStream(endless())
  if (when === 'while it is read') await once(stream, 'data')
  stream.destroy()
  await once(stream, 'close')
  expect(isOpen).toBe(false)
})
