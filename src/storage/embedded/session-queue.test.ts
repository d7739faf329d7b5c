import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Request, Response, Transport } from './messages.ts'
import { SessionQueue } from './session-queue.ts'

const IDLE_MILLISECONDS = 1_000

/** One user of the queue, as its transport looks from the queue's side. */
class Peer implements Transport<Request, Response> {
  readonly answers: Response[] = []
  #say: (request: Request) => void = () => {}
  #leave: () => void = () => {}

  send(message: Response): void {
    this.answers.push(message)
  }

  onMessage(listener: (message: Request) => void): void {
    this.#say = listener
  }

  onClose(listener: () => void): void {
    this.#leave = listener
  }

  close(): void {
    this.#leave()
  }

  acquire(session: number): void {
    this.#say({ kind: 'acquire', session })
  }

  query(session: number, id: number, sql: string): void {
    this.#say({ kind: 'query', session, id, sql, parameters: [] })
  }

  listen(session: number, id: number, channel: string): void {
    this.#say({ kind: 'listen', session, id, channel })
  }

  release(session: number): void {
    this.#say({ kind: 'release', session })
  }
}

/** A queue over a connection that only notes what runs on it. */
function open(fails: (sql: string) => boolean = () => false) {
  const ran: string[] = []
  const heard: ((payload: string) => void)[] = []
  const queue = new SessionQueue({
    idleMilliseconds: IDLE_MILLISECONDS,
    async execute(sql) {
      ran.push(sql)
      if (fails(sql)) throw Object.assign(new Error(`cannot ${sql}`), { code: '22012', constraint: 'c' })
      return { rows: [], rowCount: 0 }
    },
    async listen(channel, onPayload) {
      ran.push(`listen ${channel}`)
      heard.push(onPayload)
    },
  })
  const peer = () => {
    const joining = new Peer()
    queue.serve(joining)
    return joining
  }
  return { ran, heard, peer }
}

/** Lets everything run that does not wait for a timer. */
const settle = () => vi.advanceTimersByTimeAsync(0)

describe('the queue of sessions', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('lets one session after the other have the connection, in the order in which they asked', async () => {
    const { ran, peer } = open()
    const [one, other] = [peer(), peer()]
    one.acquire(1)
    other.acquire(1)
    one.acquire(2)
    one.query(2, 10, 'third')
    other.query(1, 11, 'second')
    one.query(1, 12, 'first')
    await settle()
    expect(ran).toEqual(['first'])
    one.release(1)
    await settle()
    expect(ran).toEqual(['first', 'second'])
    other.release(1)
    await settle()
    expect(ran).toEqual(['first', 'second', 'third'])
    expect(one.answers.map((answer) => 'id' in answer && answer.id)).toEqual([12, 10])
  })

  it('does not let one into the transaction of another', async () => {
    const { ran, peer } = open()
    const [one, other] = [peer(), peer()]
    one.acquire(1)
    one.query(1, 1, 'begin')
    other.acquire(1)
    other.query(1, 1, 'begin')
    await settle()
    one.query(1, 2, 'insert')
    await settle()
    one.query(1, 3, 'commit')
    one.release(1)
    await settle()
    expect(ran).toEqual(['begin', 'insert', 'commit', 'begin'])
  })

  it('rolls back what a session leaves open', async () => {
    const { ran, peer } = open()
    const one = peer()
    one.acquire(1)
    one.query(1, 1, 'begin')
    one.release(1)
    await settle()
    expect(ran).toEqual(['begin', 'rollback'])
  })

  it('rolls back the transaction of a peer that goes away, and goes on with the next', async () => {
    const { ran, peer } = open()
    const [one, other] = [peer(), peer()]
    one.acquire(1)
    one.query(1, 1, 'begin')
    one.query(1, 2, 'insert')
    other.acquire(1)
    other.query(1, 1, 'select')
    await settle()
    one.close()
    await settle()
    expect(ran).toEqual(['begin', 'insert', 'rollback', 'select'])
  })

  it('gives no turn to sessions of a peer that went away while they waited', async () => {
    const { ran, peer } = open()
    const [one, other] = [peer(), peer()]
    one.acquire(1)
    other.acquire(1)
    other.query(1, 1, 'insert')
    other.close()
    one.release(1)
    await settle()
    expect(ran).toEqual([])
  })

  it('ends a session that keeps silent in its transaction, and refuses what it says afterwards', async () => {
    const { ran, peer } = open()
    const [one, other] = [peer(), peer()]
    one.acquire(1)
    one.query(1, 1, 'begin')
    other.acquire(1)
    other.query(1, 1, 'select')
    await vi.advanceTimersByTimeAsync(IDLE_MILLISECONDS)
    expect(ran).toEqual(['begin', 'rollback', 'select'])
    one.query(1, 2, 'insert')
    await settle()
    expect(ran).toEqual(['begin', 'rollback', 'select'])
    expect(one.answers.at(-1)).toMatchObject({ kind: 'error', id: 2, error: { code: '25P03' } })
  })

  it('does not take what others say for a sign of life', async () => {
    const { ran, peer } = open()
    const [silent, busy] = [peer(), peer()]
    silent.acquire(1)
    silent.query(1, 1, 'begin')
    for (let session = 1; session <= 4; session++) {
      await vi.advanceTimersByTimeAsync(IDLE_MILLISECONDS / 4)
      busy.acquire(session)
      busy.query(session, session, 'select')
      busy.release(session)
    }
    await settle()
    expect(ran).toEqual(['begin', 'rollback', 'select', 'select', 'select', 'select'])
  })

  it('lets a session live that says something in time', async () => {
    const { ran, peer } = open()
    const one = peer()
    one.acquire(1)
    one.query(1, 1, 'begin')
    for (let id = 2; id < 6; id++) {
      await vi.advanceTimersByTimeAsync(IDLE_MILLISECONDS - 1)
      one.query(1, id, 'select')
    }
    await settle()
    expect(ran).not.toContain('rollback')
  })

  it('answers a failed statement with what the database said', async () => {
    const { peer } = open((sql) => sql === 'select')
    const one = peer()
    one.acquire(1)
    one.query(1, 1, 'select')
    await settle()
    const error = { message: 'cannot select', code: '22012', constraint: 'c' }
    expect(one.answers).toEqual([{ kind: 'error', id: 1, error }])
  })

  it('calls the commit of a failed transaction what it is: a rollback', async () => {
    const { peer } = open((sql) => sql === 'insert')
    const one = peer()
    const commands = async (...statements: string[]) => {
      one.acquire(1)
      statements.forEach((sql, id) => {
        one.query(1, id, sql)
      })
      one.release(1)
      await settle()
      return one.answers.splice(0).map((answer) => (answer.kind === 'result' ? answer.command : answer.kind))
    }
    expect(await commands('begin', 'insert', 'commit')).toEqual(['BEGIN', 'error', 'ROLLBACK'])
    expect(await commands('begin', 'savepoint a', 'insert', 'rollback to a', 'commit')).toEqual([
      ...['BEGIN', 'SAVEPOINT', 'error', 'ROLLBACK', 'COMMIT'],
    ])
  })

  it('starts to listen between transactions, not within somebody’s', async () => {
    const { ran, heard, peer } = open()
    const [one, other] = [peer(), peer()]
    one.acquire(1)
    one.query(1, 1, 'begin')
    other.acquire(1)
    other.listen(1, 7, 'news')
    other.release(1)
    await settle()
    expect(ran).toEqual(['begin'])
    one.query(1, 2, 'rollback')
    one.release(1)
    await settle()
    expect(ran).toEqual(['begin', 'rollback', 'listen news'])
    heard[0]?.('payload')
    other.close()
    heard[0]?.('unheard')
    expect(other.answers).toEqual([
      expect.objectContaining({ kind: 'result', id: 7 }),
      { kind: 'notification', channel: 'news', payload: 'payload' },
    ])
  })

  it('refuses a statement outside any session', async () => {
    const { ran, peer } = open()
    const one = peer()
    one.query(1, 1, 'select')
    expect(one.answers).toEqual([expect.objectContaining({ kind: 'error', id: 1 })])
    expect(ran).toEqual([])
  })
})
