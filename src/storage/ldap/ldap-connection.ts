import { readFile } from 'node:fs/promises'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { Client, type Entry, type Filter, ResultCodeError } from 'ldapts'
import { LdapBindError, LdapConnectionError, LdapError } from './ldap-errors.ts'

/** How to reach a directory, and as whom. */
export interface LdapAccess {
  startTls: boolean
  /** Paths of PEM files. */
  caFile: string | null
  certFile: string | null
  keyFile: string | null
  /** Whether to bind as whom the certificate names. */
  saslExternal: boolean
  /** With both: a simple bind. Without, and without `saslExternal`, binds are anonymous. */
  userDn: string | null
  password: string | null
}

export interface LdapSearch {
  base: string
  scope: 'one' | 'sub'
  /** A tree, not a text: what stands in it needs no escaping and cannot become syntax (RFC 4515 §4). */
  filter: Filter
  attributes: readonly string[]
}

const PAGE_SIZE = 200
/** Busy and unavailable (RFC 4511 §4.1.9): another server may be neither. */
const OUT_OF_ORDER = new Set([51, 52])

/**
 * One connection, bound. It is of no use any more once something went wrong with it: it does not come back by itself, for
 * it would come back as nobody, and without TLS.
 */
export class LdapConnection {
  readonly #client: Client
  readonly #sockets: Sockets

  private constructor(client: Client, sockets: Sockets) {
    this.#client = client
    this.#sockets = sockets
  }

  /**
   * @param signal - Ends the attempt, with its reason as the error.
   * @throws {LdapConnectionError} The server cannot be reached, or is not who it should be.
   * @throws {LdapBindError} It refuses the bind.
   */
  static async open(url: string, access: LdapAccess, signal: AbortSignal): Promise<LdapConnection> {
    const sockets = new Sockets()
    try {
      const opening = connect(url, access, sockets)
      return new LdapConnection(await unlessAborted(opening, signal), sockets)
    } catch (error) {
      sockets.destroy()
      throw translate(error, LdapBindError)
    }
  }

  get isOpen(): boolean {
    return !this.#sockets.areClosed
  }

  /**
   * All entries that are found, page by page (RFC 2696).
   *
   * @param signal - Ends the wait, with its reason as the error; the connection is of no use then.
   * @throws {LdapConnectionError} The connection is lost.
   * @throws {LdapError} The server refuses.
   */
  async search({ base, scope, filter, attributes }: LdapSearch, signal: AbortSignal): Promise<Entry[]> {
    if (!this.isOpen) throw new LdapConnectionError()
    try {
      const options = { scope, filter, attributes: [...attributes], paged: { pageSize: PAGE_SIZE } }
      const { searchEntries } = await unlessAborted(this.#client.search(base, options), signal)
      return searchEntries
    } catch (error) {
      throw translate(error)
    }
  }

  /** Ends it at once. */
  destroy(): void {
    this.#sockets.destroy()
  }
}

async function connect(url: string, access: LdapAccess, sockets: Sockets): Promise<Client> {
  const isTls = /^ldaps:/i.test(url)
  const tls = isTls || access.startTls ? await tlsOptions(url, access) : null
  const client = new Client({
    url,
    createConnection: ((port: number, host: string) =>
      sockets.first(() => connectTcp(port, host))) as typeof connectTcp,
    createSecureConnection: ((...args: unknown[]) => {
      const [first, host] = args
      // For StartTLS it is given the socket to be wrapped.
      if (typeof first !== 'number') return sockets.upgraded(connectTls(first as ConnectionOptions))
      return sockets.first(() => connectTls({ ...tls, port: first, host: String(host) }))
    }) as typeof connectTls,
  })
  if (tls && !isTls) await client.startTLS(tls)
  await bind(client, access)
  return client
}

async function bind(client: Client, { saslExternal, userDn, password }: LdapAccess): Promise<void> {
  if (userDn !== null && password !== null) await client.bind(userDn, password)
  else if (saslExternal) await client.bind('EXTERNAL')
  // Anonymous (RFC 4513 §5.1.1).
  else await client.bind('', '')
}

async function tlsOptions(
  url: string,
  { caFile, certFile, keyFile }: LdapAccess,
): Promise<ConnectionOptions> {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  const [ca, cert, key] = await Promise.all([caFile, certFile, keyFile].map(readPem))
  return {
    host,
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
  }
}

async function readPem(path: string | null | undefined): Promise<Buffer | null> {
  return path == null ? null : readFile(path)
}

/** The sockets of one connection: one, and over it another where it went over to TLS. */
class Sockets {
  readonly #all: Socket[] = []
  #closed = false

  get areClosed(): boolean {
    return this.#closed
  }

  /** @throws {LdapConnectionError} The library wants to connect anew. */
  first<S extends Socket>(open: () => S): S {
    if (this.#all.length > 0 || this.#closed) throw new LdapConnectionError()
    return this.#keep(open())
  }

  upgraded<S extends Socket>(socket: S): S {
    return this.#keep(socket)
  }

  destroy(): void {
    this.#closed = true
    for (const socket of this.#all) socket.destroy()
  }

  #keep<S extends Socket>(socket: S): S {
    this.#all.push(socket)
    socket.on('close', () => {
      this.#closed = true
    })
    if (this.#closed) socket.destroy()
    return socket
  }
}

/** Leaves what was aborted to itself: the library has no way to end it, and does not settle all that is ended. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => {})
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort)
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** @param Refusal - What it is where the server has answered. */
function translate(error: unknown, Refusal: typeof LdapError = LdapError): LdapError {
  if (error instanceof LdapError) return error
  const answered = error instanceof ResultCodeError && !OUT_OF_ORDER.has(error.code)
  return answered
    ? new Refusal(undefined, { cause: error })
    : new LdapConnectionError(undefined, { cause: error })
}
