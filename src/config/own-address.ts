import { isAddress } from '../models/fields.ts'

/** Where a part of the server listens by itself: the gate, or what serves metrics. */
export type OwnAddress =
  | { readonly kind: 'port'; readonly host: string; readonly port: number }
  | { readonly kind: 'socket'; readonly path: string }

const HOST_NAME = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/
/** What every system has room for (`sun_path`), its end included. */
const MAXIMUM_PATH_BYTES = 103

/** Reads `host:port`, `[address]:port` or `unix:/path`; null: it is none of them. */
export function parseOwnAddress(text: string): OwnAddress | null {
  const [, path] = /^unix:(\/.+)$/.exec(text) ?? []
  if (path !== undefined) {
    const fits = Buffer.byteLength(path) <= MAXIMUM_PATH_BYTES && !path.includes('\0')
    return fits ? { kind: 'socket', path } : null
  }
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain ?? ''
  const port = Number(digits ?? Number.NaN)
  const isHost = bracketed === undefined ? HOST_NAME.test(host) : host.includes(':') && isAddress(host)
  return isHost && port >= 0 && port <= 65_535 ? { kind: 'port', host, port } : null
}
