import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Token } from '../../src/models/token.ts'
import { startServerProcess } from '../../tests/support/server-process.ts'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { quantile } from '../statistics.ts'

/** Milliseconds a verification took, as a client at the gate sees it. */
export interface Latency {
  median: number
  p99: number
  /** Requests a second. */
  rate: number
}

export interface VerificationFigures {
  /** Just before a command was run, and while it ran, for so many seconds. */
  beside: { command: string; alone: Latency; latency: Latency; seconds: number }[]
}

const CLIENTS = 4
const ALONE_SECONDS = 5

/** Measures a server's verifications alone, and while maintenance and audit run in processes of their own, in turns. */
export async function measureVerification(
  settings: object,
  tokens: readonly Token[],
  commands: readonly (readonly string[])[],
): Promise<VerificationFigures> {
  const folder = await temporaryFolder('scale')
  const file = join(folder.path, 'config.yaml')
  await writeFile(file, JSON.stringify(settings))
  const server = await startServerProcess({ args: ['--config', file] })
  try {
    await load(server.port, tokens, pause(3))
    const beside = []
    for (const command of commands) {
      const alone = await load(server.port, tokens, pause(ALONE_SECONDS))
      const begun = performance.now()
      const running = run([...command, '--config', file])
      const latency = await load(server.port, tokens, running)
      beside.push({ command: command.join(' '), alone, latency, seconds: (performance.now() - begun) / 1000 })
    }
    return { beside }
  } finally {
    await server.close()
    await folder.remove()
  }
}

function pause(seconds: number): Promise<unknown> {
  return new Promise((over) => setTimeout(over, seconds * 1000))
}

async function run(args: readonly string[]): Promise<void> {
  const program = spawn(join(import.meta.dirname, '../../bin/porthor'), args, {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const errors = text(program.stderr)
  const [status] = await once(program, 'exit')
  if (status !== 0) throw new Error(`porthor ${args[0]} ended with ${status}: ${await errors}`)
}

/** Asks about one token after the other, over a few connections, until the end. */
async function load(port: number, tokens: readonly Token[], end: Promise<unknown>): Promise<Latency> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  const times: number[] = []
  const begun = performance.now()
  let isOver = false
  void end.finally(() => {
    isOver = true
  })
  let next = 0
  const client = async () => {
    while (!isOver) {
      const token = tokens[next++ % tokens.length]
      const sent = performance.now()
      await ask(agent, port, `${token}`)
      times.push(performance.now() - sent)
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  agent.destroy()
  const seconds = (performance.now() - begun) / 1000
  return { median: quantile(times, 0.5), p99: quantile(times, 0.99), rate: times.length / seconds }
}

function ask(agent: Agent, port: number, token: string): Promise<void> {
  return new Promise((answered, failed) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'x-original-url': 'https://example.com/service',
      'x-original-method': 'GET',
    }
    const path = '/ingress/auth?scope=read:all'
    const sent = request({ host: '127.0.0.1', port, path, headers, agent }, (answer) => {
      answer.resume()
      answer.on('end', () => {
        if (answer.statusCode === 200) answered()
        else failed(new Error(`The gate says ${answer.statusCode}`))
      })
    })
    sent.on('error', failed)
    sent.end()
  })
}
