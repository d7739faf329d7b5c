import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type AbortableOperationOptions,
  type CompiledQuery,
  type DatabaseConnection,
  PostgresDriver,
} from 'kysely'
import { RedisConnection } from '../../src/storage/redis/redis-connection.ts'

/**
 * One thing that leaves the process for a store, and its answer: an SQL statement, BEGIN, COMMIT, or a packet for Redis;
 * or a request to a login provider, which keeps things as well.
 */
export interface StoreStep {
  readonly store: 'sql' | 'redis' | 'provider'
  /** SQL with its place holders; of Redis the commands without scripts and values; method and path. Holds no secret. */
  readonly text: string
  /** Redis: the whole commands. Others: none. */
  readonly commands: readonly (readonly string[])[]
  /** The connection on which it goes; the same object for all of its steps. */
  readonly connection: object
}

export interface StepObserver {
  /** The step is sent once this is fulfilled. */
  before?(step: StoreStep): Promise<void> | void
  /** It has been handed to the connection; its answer, if it is here already, has not been looked at. */
  sent?(step: StoreStep): Promise<void> | void
  /** The answer is here, and given to the operation once this is fulfilled. */
  after?(step: StoreStep, error: unknown): Promise<void> | void
}

const observers = new AsyncLocalStorage<StepObserver>()

/** Runs something whose every step to a store, and nobody else's, is shown to an observer. */
export function observed<T>(observer: StepObserver, work: () => Promise<T>): Promise<T> {
  watch()
  return observers.run(observer, work)
}

/** What an observer itself asks the stores is no step. */
export function unobserved<T>(work: () => Promise<T>): Promise<T> {
  return observers.exit(work)
}

let watching = false

/**
 * Puts itself between the operations and their connections, for good: the one place through which Kysely asks for an SQL
 * connection, of PostgreSQL and of the embedded database alike, and the two methods by which commands go to Redis.
 */
function watch(): void {
  if (watching) return
  watching = true
  const { acquireConnection } = PostgresDriver.prototype
  const watched = new WeakSet<DatabaseConnection>()
  PostgresDriver.prototype.acquireConnection = async function (options) {
    const connection = await acquireConnection.call(this, options)
    if (!watched.has(connection)) {
      watched.add(connection)
      watchSql(connection)
    }
    return connection
  }
  watchRedis()
  watchProviders()
}

function watchSql(connection: DatabaseConnection): void {
  const execute = connection.executeQuery.bind(connection)
  connection.executeQuery = <R>(query: CompiledQuery, ...rest: [AbortableOperationOptions?]) => {
    const step = { store: 'sql' as const, text: oneLine(query.sql), commands: [], connection }
    return take(step, () => execute<R>(query, ...rest))
  }
}

function watchRedis(): void {
  const { send, sendAll } = RedisConnection.prototype
  RedisConnection.prototype.send = function (...command: string[]) {
    return take(redisStep(this, [command]), () => send.call(this, ...command)) as never
  }
  RedisConnection.prototype.sendAll = function (commands) {
    return take(redisStep(this, commands), () => sendAll.call(this, commands)) as never
  }
}

function watchProviders(): void {
  const send = globalThis.fetch
  globalThis.fetch = (input, init) => {
    const { method, url } = new Request(input, init)
    const text = `${method} ${new URL(url).pathname}`
    return take({ store: 'provider', text, commands: [], connection: send }, () => send(input, init))
  }
}

async function take<T>(step: StoreStep, send: () => Promise<T>): Promise<T> {
  const observer = observers.getStore()
  if (!observer) return send()
  await observer.before?.(step)
  const answer = send()
  answer.catch(() => {})
  await observer.sent?.(step)
  let error: unknown = null
  try {
    return await answer
  } catch (thrown) {
    error = thrown
    throw thrown
  } finally {
    await observer.after?.(step, error)
  }
}

function redisStep(connection: object, commands: readonly (readonly string[])[]): StoreStep {
  const [first = []] = commands
  const [name = '', script = '', , key = ''] = first
  // A script is told by what it does: those of the token data compare, and then write or delete.
  const text = name === 'EVAL' ? `EVAL ${scriptWrites(script)} ${key}` : first.slice(0, 2).join(' ')
  return {
    store: 'redis',
    text: commands.length > 1 ? `${commands.length} × ${name}` : text,
    commands,
    connection,
  }
}

function scriptWrites(script: string): string {
  return [...script.matchAll(/redis\.call\('(\w+)'/g)].at(-1)?.[1] ?? 'nothing'
}

function oneLine(sql: string): string {
  return sql.replace(/\s+/g, ' ').trim()
}
