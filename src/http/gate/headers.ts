/** The headers that the gate reads (spec/ingress.md §1). Repeated ones as arrays, absent others as null. */
export interface GateHeaders {
  authorization: string[]
  /** Those of the header that the configuration names for tokens. */
  tokens: string[]
  /** What is to prove that the proxy asks. */
  proxySecrets: string[]
  cookies: string[]
  originalUrl: string | null
  originalMethod: string | null
  requestedWith: string | null
  origin: string | null
  accessControlRequestMethod: string | null
  forwardedFor: string[]
  forwardedProto: string[]
  forwardedMethod: string | null
  forwardedHost: string | null
  forwardedUri: string | null
  /** As the proxy says which parameters hold; only Envoy does. */
  gateParameters: string[]
  host: string | null
  accept: string | null
  fetchMode: string | null
  userAgent: string | null
}

/**
 * Takes the gate's headers from all that a request has.
 *
 * @param rawHeaders - Names and values by turns, as Node.js gives them: its other forms join some and drop others.
 * @param tokenHeader - A further header for tokens, in small letters; null: none.
 */
export function readGateHeaders(rawHeaders: readonly string[], tokenHeader: string | null): GateHeaders {
  const headers: GateHeaders = {
    authorization: [],
    tokens: [],
    proxySecrets: [],
    cookies: [],
    originalUrl: null,
    originalMethod: null,
    requestedWith: null,
    origin: null,
    accessControlRequestMethod: null,
    forwardedFor: [],
    forwardedProto: [],
    forwardedMethod: null,
    forwardedHost: null,
    forwardedUri: null,
    gateParameters: [],
    host: null,
    accept: null,
    fetchMode: null,
    userAgent: null,
  }
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? ''
    const value = rawHeaders[index + 1] ?? ''
    if (name === tokenHeader) headers.tokens.push(value)
    else take(headers, name, value)
  }
  return headers
}

function take(headers: GateHeaders, name: string, value: string): void {
  switch (name) {
    case 'authorization':
      headers.authorization.push(value)
      break
    case 'cookie':
      headers.cookies.push(value)
      break
    case 'x-forwarded-for':
      headers.forwardedFor.push(value)
      break
    case 'x-forwarded-proto':
      headers.forwardedProto.push(value)
      break
    case 'x-original-url':
      headers.originalUrl = joined(headers.originalUrl, value)
      break
    case 'x-original-method':
      headers.originalMethod = joined(headers.originalMethod, value)
      break
    case 'x-requested-with':
      headers.requestedWith = value
      break
    case 'origin':
      headers.origin = joined(headers.origin, value)
      break
    case 'access-control-request-method':
      headers.accessControlRequestMethod = value
      break
    case 'x-forwarded-method':
      headers.forwardedMethod = joined(headers.forwardedMethod, value)
      break
    case 'x-forwarded-host':
      headers.forwardedHost = joined(headers.forwardedHost, value)
      break
    case 'x-forwarded-uri':
      headers.forwardedUri = joined(headers.forwardedUri, value)
      break
    case 'x-porthor-secret':
      headers.proxySecrets.push(value)
      break
    case 'x-porthor-parameters':
      headers.gateParameters.push(value)
      break
    case 'host':
      headers.host = joined(headers.host, value)
      break
    case 'accept':
      headers.accept = joined(headers.accept, value)
      break
    case 'sec-fetch-mode':
      headers.fetchMode = value
      break
    case 'user-agent':
      headers.userAgent = value
      break
  }
}

/** Of two that differ nobody knows which one the proxy has written: together they are neither. */
function joined(present: string | null, value: string): string {
  return present === null || present === value ? value : `${present}, ${value}`
}
