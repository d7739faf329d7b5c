import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Network = [Address, number]

export interface Forwarding {
  /** Where the connection comes from; undefined: nowhere on the network. */
  peer: string | undefined
  /** The values of all `X-Forwarded-For` headers, one each. */
  forwardedFor: readonly string[]
  /** The values of all `X-Forwarded-Proto` headers, one each. */
  forwardedProto: readonly string[]
}

export interface Client {
  /** IPv4 or IPv6 without a zone; null: not known. */
  address: string | null
  /** What the proxies say about how the client reached them; null: nothing that can be believed. */
  scheme: 'http' | 'https' | null
  /** Whether the peer is a proxy that is believed. */
  viaProxy: boolean
}

/**
 * Finds out who a request comes from, behind proxies (spec/rest-api.md §1.5). Headers are believed only where the peer
 * itself is one of the configured proxies: without any, anybody could write them.
 */
export class ClientAddresses {
  readonly #proxies: readonly Network[]
  readonly #peersAreProxies: boolean

  /**
   * @param proxies - Networks in CIDR form.
   * @param options.peersAreProxies - Whether every peer is one, as on a Unix socket, where peers have no address.
   */
  constructor(proxies: readonly string[], { peersAreProxies = false }: { peersAreProxies?: boolean } = {}) {
    this.#proxies = proxies.map((network) => ipaddr.parseCIDR(network))
    this.#peersAreProxies = peersAreProxies
  }

  resolve({ peer, forwardedFor, forwardedProto }: Forwarding): Client {
    const address = peer === undefined ? null : parseAddress(peer)
    const viaProxy = this.#peersAreProxies || (address !== null && this.#isProxy(address))
    const ofPeer = address && textOf(address)
    if (!viaProxy) return { address: ofPeer, scheme: null, viaProxy }

    const [chain] = forwardedFor
    // A header that comes twice is as good as none, as in the reference.
    if (chain === undefined || forwardedFor.length > 1) return { address: ofPeer, scheme: null, viaProxy }
    const found = this.#walk(chain.split(','))
    if (!found) return { address: ofPeer, scheme: null, viaProxy }
    return { address: textOf(found.address), scheme: schemeAt(forwardedProto, found.place), viaProxy }
  }

  /**
   * From the right, which the nearest proxy wrote, to the first who is no proxy; else the left-most. Stops where an entry
   * is no address: whatever stands left of it comes from somebody unknown.
   *
   * @returns `place`: counted from the right, from 0. Null: there is no address.
   */
  #walk(entries: readonly string[]): { address: Address; place: number } | null {
    let found: { address: Address; place: number } | null = null
    for (const [place, entry] of entries.toReversed().entries()) {
      const address = parseAddress(entry)
      if (!address) return found
      found = { address, place }
      if (!this.#isProxy(address)) return found
    }
    return found
  }

  #isProxy(address: Address): boolean {
    return this.#proxies.some(([network, bits]) => {
      if (address.kind() !== network.kind()) return false
      return address.match(network, bits)
    })
  }
}

/** Some proxies add a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
const WITH_PORT = /^(?:\[([^\]]+)\]|([^:]+))(?::\d{1,5})?$/

/** IPv4 within IPv6 becomes IPv4; a zone is dropped, no column could hold it. Null: not an address. */
function parseAddress(text: string): Address | null {
  const trimmed = text.trim()
  const match = WITH_PORT.exec(trimmed)
  const [address = ''] = (match?.[1] ?? match?.[2] ?? trimmed).split('%', 1)
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return ipaddr.IPv4.parse(address)
  return ipaddr.IPv6.isValid(address) ? ipaddr.process(address) : null
}

function textOf(address: Address): string {
  return address.kind() === 'ipv6' ? (address as ipaddr.IPv6).toRFC5952String() : address.toString()
}

function schemeAt(headers: readonly string[], place: number): 'http' | 'https' | null {
  if (headers.length !== 1) return null
  const schemes = (headers[0] ?? '').split(',').map((scheme) => scheme.trim().toLowerCase())
  const scheme = schemes[schemes.length - 1 - place] ?? schemes[0]
  return scheme === 'http' || scheme === 'https' ? scheme : null
}
