import { BoundedMap } from '../../models/bounded-map.ts'

/** The headers that the gate reads (spec/ingress.md §1). Repeated ones as arrays, absent others as null. */
export interface GateHeaders {
  authorization: readonly string[]
  /** Those of the header that the configuration names for tokens. */
  tokens: readonly string[]
  /** What is to prove that the proxy asks. */
  proxySecrets: readonly string[]
  cookies: readonly string[]
  originalUrl: string | null
  originalMethod: string | null
  requestedWith: string | null
  origin: string | null
  accessControlRequestMethod: string | null
  forwardedFor: readonly string[]
  forwardedProto: readonly string[]
  forwardedMethod: string | null
  forwardedHost: string | null
  forwardedUri: string | null
  /** As the proxy says which parameters hold; only Envoy does. */
  gateParameters: readonly string[]
  host: string | null
  accept: string | null
  fetchMode: string | null
  userAgent: string | null
}

/** Puts the value of a header where it belongs. */
type Take = (headers: GateHeaders, value: string) => void

/** By the name in small letters. */
const TAKEN: Readonly<Record<string, Take>> = {
  authorization(headers, value) {
    headers.authorization = added(headers.authorization, value)
  },
  cookie(headers, value) {
    headers.cookies = added(headers.cookies, value)
  },
  'x-forwarded-for'(headers, value) {
    headers.forwardedFor = added(headers.forwardedFor, value)
  },
  'x-forwarded-proto'(headers, value) {
    headers.forwardedProto = added(headers.forwardedProto, value)
  },
  'x-original-url'(headers, value) {
    headers.originalUrl = joined(headers.originalUrl, value)
  },
  'x-original-method'(headers, value) {
    headers.originalMethod = joined(headers.originalMethod, value)
  },
  'x-requested-with'(headers, value) {
    headers.requestedWith = value
  },
  origin(headers, value) {
    headers.origin = joined(headers.origin, value)
  },
  'access-control-request-method'(headers, value) {
    headers.accessControlRequestMethod = value
  },
  'x-forwarded-method'(headers, value) {
    headers.forwardedMethod = joined(headers.forwardedMethod, value)
  },
  'x-forwarded-host'(headers, value) {
    headers.forwardedHost = joined(headers.forwardedHost, value)
  },
  'x-forwarded-uri'(headers, value) {
    headers.forwardedUri = joined(headers.forwardedUri, value)
  },
  'x-porthor-secret'(headers, value) {
    headers.proxySecrets = added(headers.proxySecrets, value)
  },
  'x-porthor-parameters'(headers, value) {
    headers.gateParameters = added(headers.gateParameters, value)
  },
  host(headers, value) {
    headers.host = joined(headers.host, value)
  },
  accept(headers, value) {
    headers.accept = joined(headers.accept, value)
  },
  'sec-fetch-mode'(headers, value) {
    headers.fetchMode = value
  },
  'user-agent'(headers, value) {
    headers.userAgent = value
  },
}

const NONE: readonly string[] = []
/** Names of headers in the spellings that come. */
const MAXIMUM_SPELLINGS = 1_000

/** Takes the gate's headers from all that a request has. */
export class GateHeaderReader {
  readonly #tokenHeader: string | null
  /** What is done with a header, by its name as it is spelt: small letters take their time. */
  readonly #spellings = new BoundedMap<string, Take>(MAXIMUM_SPELLINGS)
  /** The names of the last request and what is done with each: a proxy sends the same ones in the same order. */
  readonly #lastNames: string[] = []
  readonly #lastTakes: Take[] = []

  /** @param tokenHeader - A further header for tokens, in small letters; null: none. */
  constructor(tokenHeader: string | null) {
    this.#tokenHeader = tokenHeader
  }

  /** @param rawHeaders - Names and values by turns, as Node.js gives them: its other forms join some and drop others. */
  read(rawHeaders: readonly string[]): GateHeaders {
    const headers: GateHeaders = {
      authorization: NONE,
      tokens: NONE,
      proxySecrets: NONE,
      cookies: NONE,
      originalUrl: null,
      originalMethod: null,
      requestedWith: null,
      origin: null,
      accessControlRequestMethod: null,
      forwardedFor: NONE,
      forwardedProto: NONE,
      forwardedMethod: null,
      forwardedHost: null,
      forwardedUri: null,
      gateParameters: NONE,
      host: null,
      accept: null,
      fetchMode: null,
      userAgent: null,
    }
    for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
      this.#takeOf(rawHeaders[index] ?? '', index >> 1)(headers, rawHeaders[index + 1] ?? '')
    }
    return headers
  }

  #takeOf(name: string, place: number): Take {
    const last = this.#lastTakes[place]
    if (last && this.#lastNames[place] === name) return last
    const take = this.#spellings.get(name) ?? this.#learn(name)
    this.#lastNames[place] = name
    this.#lastTakes[place] = take
    return take
  }

  #learn(name: string): Take {
    const small = name.toLowerCase()
    const known = Object.hasOwn(TAKEN, small) ? TAKEN[small] : undefined
    const take = small === this.#tokenHeader ? takeToken : (known ?? ignore)
    this.#spellings.set(name, take)
    return take
  }
}

function takeToken(headers: GateHeaders, value: string): void {
  headers.tokens = added(headers.tokens, value)
}

function ignore(): void {}

/** Most headers come once: then nothing is copied. */
function added(present: readonly string[], value: string): readonly string[] {
  return present.length === 0 ? [value] : [...present, value]
}

/** Of two that differ nobody knows which one the proxy has written: together they are neither. */
function joined(present: string | null, value: string): string {
  return present === null || present === value ? value : `${present}, ${value}`
}
