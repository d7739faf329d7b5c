// `new URL` is generous: it trims, drops line ends, and takes `https:host` and backslashes.
const HTTP_URL = /^https?:\/\/[^\s\\/?#][^\s\\]*$/i

/**
 * Checks and normalises an http or https URL: host in lower case, a default port dropped, `/` for an empty path.
 *
 * @returns Null if it is not one.
 */
export function normaliseHttpUrl(text: string): string | null {
  if (!HTTP_URL.test(text)) return null
  return URL.parse(text)?.href ?? null
}

/** The host of a URL, without its port. */
export function hostOf(url: string): string {
  return new URL(url).hostname
}

// Written out rather than left to `new URL`, which drops a password where there is no host, and lets one through that
// would have to be percent-encoded.
const DATABASE_URL =
  /^(?:postgresql|postgres|postgresql\+asyncpg):\/\/(?:([^\s:@/?#]*)(?::([^\s@/?#]*))?@)?([^\s,@/?#]*)(\/[^\s?#]*)?(\?[^\s#]*)?$/i

/**
 * Reads the URL of a PostgreSQL database (`postgresql://`, `postgres://` or, as the reference has it,
 * `postgresql+asyncpg://`) and gives it as `postgresql://`, query kept.
 *
 * @param password - Takes the place of a password in the URL; null: the URL's own, if any.
 * @param address - Takes the place of the port and, unless its host is null, of the host.
 * @returns Null if it is not such a URL of one host. What is returned may hold a password.
 */
export function normaliseDatabaseUrl(
  text: string,
  password: string | null = null,
  address: { host: string | null; port: number } | null = null,
): string | null {
  const parts = DATABASE_URL.exec(text)
  if (!parts) return null
  const [, user = '', ownPassword, ownAddress = '', path = '', query = ''] = parts
  if (!isEncoded(user) || !isEncoded(ownPassword ?? '') || !isAddress(ownAddress)) return null

  const secret = password === null ? ownPassword : encodeURIComponent(password)
  const login = secret === undefined ? user : `${user}:${secret}`
  const ownHost = ownAddress.replace(/:\d*$/, '')
  const server = address ? `${address.host ?? ownHost}:${address.port}` : ownAddress
  return `postgresql://${login === '' ? '' : `${login}@`}${server}${path}${query}`
}

function isAddress(text: string): boolean {
  return text === '' || URL.canParse(`http://${text}`)
}

function isEncoded(text: string): boolean {
  return decodePart(text) !== null
}

/** Undoes percent-encoding; null where it is broken. */
export function decodePart(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
