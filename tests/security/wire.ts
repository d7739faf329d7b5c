import { connect } from 'node:net'

/** What came back over a connection until it ended, or nothing more came. */
export interface Conversation {
  /** The status of each answer, in their order. */
  readonly statuses: number[]
  readonly text: string
  /** Whether the server has closed it. */
  readonly ended: boolean
}

/** How long nothing has to come before nothing more is waited for. */
const QUIET_MILLISECONDS = 400

/** Sends these bytes as they are, the parts one after the other, and takes what comes back. */
export async function converse(port: number, ...parts: readonly (string | Buffer)[]): Promise<Conversation> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  let ended = false
  const { promise: done, resolve } = Promise.withResolvers<void>()
  let quiet = setTimeout(resolve, 20 * QUIET_MILLISECONDS)
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
    clearTimeout(quiet)
    quiet = setTimeout(resolve, QUIET_MILLISECONDS)
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    ended = true
    resolve()
  })
  for (const part of parts) socket.write(part, 'latin1')
  await done
  clearTimeout(quiet)
  socket.destroy()
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
  return { statuses, text, ended }
}

/** The body of the last answer. */
export function bodyOf({ text }: Conversation): unknown {
  return JSON.parse(text.slice(text.lastIndexOf('\r\n\r\n') + 4))
}
