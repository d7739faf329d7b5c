/** The URL of a request as its client knows it, for links in answers. */
export interface RequestUrl {
  /** `http://example.com`, with a port where the client used one. */
  origin: string
  /** Percent-encoded, as it was sent. */
  path: string
  /** Without the question mark; empty: none. */
  query: string
}

const HOST = /^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/

/**
 * @param target - The request's target: path and query.
 * @param host - The `Host` header; what is none is replaced by the host of the base URL.
 */
export function requestUrl(
  target: string,
  { scheme, host, baseUrl }: { scheme: string; host: string | undefined; baseUrl: string },
): RequestUrl {
  const { path, query } = splitTarget(target)
  const knownHost = host !== undefined && HOST.test(host) ? host : new URL(baseUrl).host
  return { origin: `${scheme}://${knownHost}`, path, query }
}

export function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?')
  return mark < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) }
}

/** Makes a text safe to stand in a `Location` or `Link` header. */
export function headerSafe(url: string): string {
  return url.replace(/[^\x21-\x7e]|["<>\\^`{|}]/gu, (character) =>
    encodeURIComponent(character.toWellFormed()),
  )
}
