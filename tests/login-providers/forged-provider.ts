import { createHash } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from 'jose'
import type { Clock } from '../../src/models/clock.ts'
import type { LoginAttempt, ProviderLogin } from '../../src/services/login/login-provider.ts'
import { type OidcOptions, OidcProvider } from '../../src/services/login/oidc-provider.ts'
import type { SigningAlgorithm } from '../../src/services/login/oidc-tokens.ts'
import type { Log } from '../../src/services/token-log.ts'
import { type LoopbackAnswer, type LoopbackRequest, type LoopbackServer, startLoopback } from './loopback.ts'

/** A key with which a provider signs. */
export interface TestKey {
  kid: string
  alg: string
  privateKey: CryptoKey
  /** As it is published. */
  jwk: JWK
}

export const CLIENT_ID = 'porthor-client'
export const CLIENT_SECRET = 'a secret that is nobody’s business'
export const ACCESS_TOKEN = 'the-access-token'
export const CODE = 'the-code'

export const ATTEMPT: LoginAttempt = {
  state: 'c29tZS1sb2dpbi1zdGF0ZQ==',
  nonce: 'the-nonce-of-this-login',
  codeVerifier: 'a-code-verifier-of-forty-three-characters-1',
}

/** For tests of silence: nothing is asserted of how long it takes. */
export const SHORT_LIMITS = { timeoutMilliseconds: 300, maximumBytes: 100_000 }
/** For all others: a slow machine is no silent provider. */
export const SMALL_LIMITS = { timeoutMilliseconds: 20_000, maximumBytes: 100_000 }

export async function newKey(alg: string, kid: string): Promise<TestKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } }
}

/** What is undefined is left out. */
export type Claims = Record<string, unknown>
type Header = { kid?: string | undefined; typ?: string | undefined }
type Answering = (request: LoopbackRequest) => LoopbackAnswer | Promise<LoopbackAnswer>

export interface LogEntry {
  level: string
  event: string
  fields: object
}

/** An OpenID Connect provider that does whatever a test says: right things, unless told otherwise. */
export class ForgedProvider {
  readonly #server: LoopbackServer
  /** Where it answers; `issuer` of its tokens unless a test says otherwise. */
  readonly issuer: string
  readonly log: LogEntry[] = []
  /** The provider's and Porthor's time, in milliseconds since the epoch. */
  now = Date.now()
  key: TestKey
  /** What it answers to each request, by path. */
  answers: Record<string, Answering>

  private constructor(server: LoopbackServer, key: TestKey) {
    this.#server = server
    this.issuer = server.url
    this.key = key
    this.answers = this.#honestAnswers()
  }

  static async start(): Promise<ForgedProvider> {
    let forged: ForgedProvider | null = null
    const server = await startLoopback((request) => {
      const answer = forged?.answers[request.path]
      return answer ? answer(request) : { status: 404, body: { error: 'not_found' } }
    })
    forged = new ForgedProvider(server, await newKey('RS256', 'first'))
    return forged
  }

  /** As it was at the start, but for its key. */
  reset(): void {
    this.answers = this.#honestAnswers()
    this.log.length = 0
    this.#server.requests.length = 0
    this.now = Date.now()
  }

  requestsTo(path: string): LoopbackRequest[] {
    return this.#server.requests.filter((request) => request.path === path)
  }

  close(): Promise<void> {
    return this.#server.close()
  }

  /** Porthor's side. */
  client(options: Partial<OidcOptions> = {}): OidcProvider {
    const clock: Clock = { milliseconds: () => this.now, offsetSeconds: () => 0 }
    return new OidcProvider({
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      audience: CLIENT_ID,
      loginUrl: `${this.issuer}/authorize`,
      tokenUrl: `${this.issuer}/token`,
      loginParams: {},
      redirectUrl: 'https://example.com/login',
      issuer: this.issuer,
      scopes: ['openid'],
      usernameClaim: 'uid',
      idTokenAlgorithms: ['RS256'] satisfies SigningAlgorithm[],
      userInfoClaims: { name: null, email: null, uid: null, gid: null, groups: null },
      clock,
      log: this.#memoryLog(),
      ...options,
    })
  }

  /** Returns to Porthor with a code, and what the browser brings besides. */
  logIn(client = this.client(), parameters: Record<string, string> = {}): Promise<ProviderLogin> {
    const query = new URLSearchParams({ code: CODE, state: ATTEMPT.state, ...parameters })
    return client.authenticate(query, ATTEMPT)
  }

  /** Answers the next code by such an ID token. */
  willGive(idToken: string, more: object = {}): void {
    this.answers['/token'] = () => ({
      body: { access_token: ACCESS_TOKEN, token_type: 'Bearer', id_token: idToken, ...more },
    })
  }

  /** Claims of an ID token that is right, with changes. */
  claims(changes: Claims = {}): Claims {
    const seconds = Math.floor(this.now / 1000)
    return {
      iss: this.issuer,
      sub: 'subject-1',
      aud: CLIENT_ID,
      exp: seconds + 300,
      iat: seconds,
      nonce: ATTEMPT.nonce,
      uid: 'alice',
      ...changes,
    }
  }

  /** Signs any claims, with a header that may say what it likes. */
  sign(claims: Claims, header: Header = {}, key = this.key): Promise<string> {
    const protectedHeader = { alg: key.alg, kid: key.kid, ...header } as JWTHeaderParameters
    return new SignJWT(claims).setProtectedHeader(protectedHeader).sign(key.privateKey)
  }

  idToken(changes: Claims = {}, header: Header = {}): Promise<string> {
    return this.sign(this.claims(changes), header)
  }

  /** A logout token that is right, with changes. */
  logoutToken(changes: Claims = {}, header: Header = { typ: 'logout+jwt' }): Promise<string> {
    const seconds = Math.floor(this.now / 1000)
    const claims = {
      iss: this.issuer,
      sub: 'subject-1',
      sid: 'session-1',
      aud: CLIENT_ID,
      iat: seconds,
      exp: seconds + 120,
      jti: 'logout-1',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    }
    return this.sign({ ...claims, ...changes }, header)
  }

  #honestAnswers(): Record<string, Answering> {
    return {
      '/.well-known/openid-configuration': () => ({ body: this.metadata() }),
      '/keys': () => ({ body: { keys: [this.key.jwk] } }),
      '/token': async () => ({
        body: { access_token: ACCESS_TOKEN, token_type: 'Bearer', id_token: await this.idToken() },
      }),
    }
  }

  metadata(changes: object = {}): object {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/keys`,
      ...changes,
    }
  }

  #memoryLog(): Log {
    const at = (level: string) => (fields: object, event: string) => {
      this.log.push({ level, event, fields })
    }
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  }
}

/** OpenID Connect Core 1.0 §3.1.3.6, for RS256. */
export function hashOf(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url')
}
