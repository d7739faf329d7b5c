import type { Endpoint, Method } from './endpoint.ts'

/** Which methods a path has (`*` at its end: and all below), for the answers to requests that no route takes. */
export class PathTable {
  readonly #paths: { pattern: RegExp; methods: Method[] }[] = []

  constructor(endpoints: readonly Pick<Endpoint, 'path' | 'method'>[]) {
    for (const [path, sharing] of Map.groupBy(endpoints, (one) => one.path)) {
      const parts = path
        .replaceAll('.', '\\.')
        .replace(/\{\w+\}/g, '[^/]+')
        .replace(/\*$/, '.*')
      const pattern = new RegExp(`^${parts}$`)
      this.#paths.push({ pattern, methods: sharing.map(({ method }) => method) })
    }
  }

  /** The methods in the order of an `Allow` header, HEAD beside GET; null: there is no such path. */
  allow(path: string): string | null {
    const methods = this.#paths.filter(({ pattern }) => pattern.test(path)).flatMap((entry) => entry.methods)
    if (methods.length === 0) return null
    return methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
  }
}
