import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import Provider, { type ClientMetadata, type Configuration } from 'oidc-provider'

export const OIDC_CLIENT_ID = 'porthor'
export const OIDC_CLIENT_SECRET = 'the secret that only Porthor and its provider know'

export type OidcAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA'

export interface OidcServerOptions {
  /** Porthor's `/login`. */
  redirectUrl: string
  /** By which ID tokens are signed; RS256 unless given. */
  algorithm?: OidcAlgorithm
}

/**
 * A real OpenID Connect provider (the package oidc-provider) on 127.0.0.1: code flow with PKCE, which it insists on, and
 * back-channel logout. Whoever comes is logged in as `person` without being asked.
 */
export class OidcServer {
  readonly #server: Server
  readonly #options: OidcServerOptions
  readonly issuer: string
  #provider: Provider | null = null
  #key: JWK | null = null
  #logouts: { url: string; bySession: boolean } | null = null
  #handle: (request: IncomingMessage, response: ServerResponse) => unknown = () => {}
  /** Claims of ID tokens, by account. */
  readonly #claims = new Map<string, Record<string, unknown>>()
  /** Who logs in next; null: they decline. */
  person: string | null = null

  private constructor(server: Server, options: OidcServerOptions) {
    this.#server = server
    this.#options = options
    const { port } = server.address() as AddressInfo
    this.issuer = `http://127.0.0.1:${port}`
  }

  static async start(options: OidcServerOptions): Promise<OidcServer> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const started = new OidcServer(server, options)
    server.on('request', (request, response) => started.#handle(request, response))
    await started.rotateKeys()
    return started
  }

  get loginUrl(): string {
    return `${this.issuer}/auth`
  }

  get tokenUrl(): string {
    return `${this.issuer}/token`
  }

  /** What a configuration says of it, as far as it is the same for all. */
  get settings() {
    const { redirectUrl } = this.#options
    return {
      clientId: OIDC_CLIENT_ID,
      clientSecret: OIDC_CLIENT_SECRET,
      audience: OIDC_CLIENT_ID,
      issuer: this.issuer,
      loginUrl: this.loginUrl,
      tokenUrl: this.tokenUrl,
      loginParams: {},
      redirectUrl,
      scopes: ['openid'],
      usernameClaim: 'uid',
      idTokenAlgorithms: ['RS256' as const],
      userInfoClaims: {
        name: 'name',
        email: 'email',
        uid: 'uid_number',
        gid: 'gid_number',
        groups: 'groups',
      },
    }
  }

  get logoutUrl(): string {
    return `${this.issuer}/session/end`
  }

  /** Lets somebody be the next to log in; `claims` are in their ID tokens, `sub` is `account`. */
  willLogIn(account: string, claims: Record<string, unknown>): void {
    this.#claims.set(account, claims)
    this.person = account
  }

  /** From now on it signs by a new key, and publishes no other. */
  async rotateKeys(): Promise<void> {
    const { algorithm = 'RS256' } = this.#options
    const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
    this.#key = { ...(await exportJWK(privateKey)), kid: crypto.randomUUID(), use: 'sig' }
    this.#restart()
  }

  /**
   * Tells Porthor from now on when a session ends here.
   *
   * @param logouts.bySession - Whether it says which session of the person's.
   */
  sendLogouts(logouts: { url: string; bySession: boolean }): void {
    this.#logouts = logouts
    this.#restart()
  }

  /** What it keeps in memory is kept from one `Provider` to the next. */
  #restart(): void {
    this.#provider = new Provider(this.issuer, this.#configuration())
    const callback = this.#provider.callback()
    this.#handle = (request, response) =>
      request.url?.startsWith('/interaction/')
        ? this.#interact(request, response)
        : callback(request, response)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #configuration(): Configuration {
    return {
      jwks: { keys: [this.#key as never] },
      clients: [this.#client()],
      cookies: { keys: ['signs the cookies of this test'] },
      pkce: { required: () => true },
      // Claims of scopes go into the ID token, where Porthor looks for them.
      conformIdTokenClaims: false,
      claims: { openid: ['sub', 'sid', ...CLAIM_NAMES] },
      features: {
        devInteractions: { enabled: false },
        backchannelLogout: { enabled: true },
        rpInitiatedLogout: {
          enabled: true,
          logoutSource(context, form) {
            context.body = form
          },
        },
      },
      findAccount: (_, accountId) => ({
        accountId,
        claims: () => ({ ...this.#claims.get(accountId), sub: accountId }),
      }),
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      // Without the package's own dispatcher, which leads to no loopback address.
      fetch(url, options) {
        const { dispatcher: _, ...others } = { ...options } as RequestInit & { dispatcher?: unknown }
        return fetch(url, others)
      },
      ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
    }
  }

  #client(): ClientMetadata {
    const { redirectUrl, algorithm = 'RS256' } = this.#options
    return {
      client_id: OIDC_CLIENT_ID,
      client_secret: OIDC_CLIENT_SECRET,
      redirect_uris: [redirectUrl],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'client_secret_post',
      id_token_signed_response_alg: algorithm,
      ...(this.#logouts && {
        backchannel_logout_uri: this.#logouts.url,
        backchannel_logout_session_required: this.#logouts.bySession,
      }),
    }
  }

  /** Login and consent at once, where a page would ask the person for both. */
  async #interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const provider = this.#provider
    if (!provider) return
    const { params } = await provider.interactionDetails(request, response)
    if (this.person === null) {
      const result = { error: 'access_denied', error_description: 'The person said no' }
      await provider.interactionFinished(request, response, result)
      return
    }
    const grant = new provider.Grant({ accountId: this.person, clientId: OIDC_CLIENT_ID })
    grant.addOIDCScope(String(params.scope))
    const result = { login: { accountId: this.person }, consent: { grantId: await grant.save() } }
    await provider.interactionFinished(request, response, result)
  }
}

const CLAIM_NAMES = ['uid', 'name', 'email', 'uid_number', 'gid_number', 'groups']
