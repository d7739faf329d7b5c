import type { Endpoint, Method } from './endpoint.ts'

/** Which methods a path has (`*` at its end: and all below), for the answers to requests that no route takes. */
export class PathTable {
  readonly #paths: { pattern: RegExp; methods: string[] }[] = []

  constructor(endpoints: readonly (Pick<Endpoint, 'path' | 'method'> & Partial<Pick<Endpoint, 'access'>>)[]) {
    for (const [path, sharing] of Map.groupBy(endpoints, (one) => one.path)) {
      const parts = path
        .replaceAll('.', '\\.')
        .replace(/\{\w+\}/g, '[^/]+')
        .replace(/\*$/, '.*')
      const pattern = new RegExp(`^${parts}$`)
      this.#paths.push({ pattern, methods: sharing.flatMap(methodsOf) })
    }
  }

  /** The methods in the order of an `Allow` header, HEAD beside GET where it is answered; null: there is no such path. */
  allow(path: string): string | null {
    const methods = this.#paths.filter(({ pattern }) => pattern.test(path)).flatMap((entry) => entry.methods)
    if (methods.length === 0) return null
    return methods.join(', ')
  }
}

/** What a visit of a browser changes is not there to be looked at by HEAD. */
function methodsOf({ method, access }: { method: Method; access?: Endpoint['access'] }): string[] {
  return method === 'GET' && access !== 'browser' ? ['GET', 'HEAD'] : [method]
}
