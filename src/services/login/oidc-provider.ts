import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  Configuration,
  calculatePKCECodeChallenge,
  customFetch,
} from 'openid-client'
import * as z from 'zod'
import type { Clock } from '../../models/clock.ts'
import { InvalidRequestError } from '../../models/errors.ts'
import {
  type LoginError,
  ProviderFailedError,
  ProviderRefusedError,
  ProviderUnreachableError,
} from '../../models/login-errors.ts'
import type { LoginAttempt, LoginProvider, ProviderLogin, UpstreamLogout } from './login-provider.ts'
import { asResponse, loginErrorIn } from './oidc-client.ts'
import { OidcIssuer } from './oidc-issuer.ts'
import { isText, OidcTokens, type SigningAlgorithm, TokenRefusedError } from './oidc-tokens.ts'
import { type ClaimRules, userOf } from './oidc-user.ts'
import {
  askProvider,
  isSuccess,
  type ProviderReply,
  parseReply,
  REQUEST_LIMITS,
  type RequestLimits,
  replyError,
  shownCode,
} from './provider-request.ts'

export interface OidcOptions extends ClaimRules {
  clientId: string
  clientSecret: string
  audience: string
  loginUrl: string
  tokenUrl: string
  loginParams: Readonly<Record<string, string>>
  redirectUrl: string
  issuer: string
  scopes: readonly string[]
  idTokenAlgorithms: readonly SigningAlgorithm[]
  clock: Clock
  limits?: RequestLimits
}

interface Redeemed {
  idToken: string
  accessToken: string
}

/** The rest is not looked at (spec/login.md §4.1); openid-client would. */
const tokenReply = z.object({
  id_token: z.string().min(1),
  access_token: z.unknown().optional(),
  token_type: z.unknown().optional(),
})
const errorReply = z.object({ error: z.string() })

/** Login by an OpenID Connect provider, CILogon for instance (spec/login.md §4), with PKCE and nonce. */
export class OidcProvider implements LoginProvider {
  readonly kind = 'oidc'
  readonly #options: OidcOptions
  readonly #limits: RequestLimits
  readonly #issuer: OidcIssuer
  readonly #tokens: OidcTokens

  constructor(options: OidcOptions) {
    const { issuer, audience, clientId, idTokenAlgorithms: algorithms, clock, log } = options
    const { max_age: maxAge } = options.loginParams
    this.#options = options
    this.#limits = options.limits ?? REQUEST_LIMITS
    this.#issuer = new OidcIssuer({ issuer, clientId, clock, log, limits: this.#limits })
    this.#tokens = new OidcTokens({
      ...{ issuer, audience, clientId, algorithms, clock },
      keys: this.#issuer,
      maxAgeSeconds: maxAge === undefined ? null : Number(maxAge),
    })
  }

  async authorizationUrl({ state, nonce, codeVerifier }: LoginAttempt): Promise<string> {
    const { redirectUrl, scopes, loginParams, clientId } = this.#options
    const parameters = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUrl,
      scope: scopes.join(' '),
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      ...loginParams,
    }
    return buildAuthorizationUrl(this.#configuration(false), parameters).href
  }

  async authenticate(parameters: URLSearchParams, attempt: LoginAttempt): Promise<ProviderLogin> {
    // Before the code is spent: without these the ID token would be of no use.
    const { namesItself } = await this.#issuer.metadata()
    const { idToken, accessToken } = await this.#redeem(parameters, attempt, namesItself)
    const claims = await this.#checked(idToken, { nonce: attempt.nonce, accessToken })
    const { iss: issuer, sub: subject, sid } = claims
    const sessionId = isText(sid) ? sid : null
    return {
      ...userOf(claims, this.#options),
      githubToken: null,
      upstream: { issuer, subject, sessionId },
    }
  }

  async revokeGrant(): Promise<void> {}

  async verifyLogoutToken(logoutToken: string): Promise<UpstreamLogout> {
    try {
      return await this.#tokens.logoutToken(logoutToken)
    } catch (error) {
      if (!(error instanceof TokenRefusedError)) throw error
      throw new InvalidRequestError(`Invalid logout token: ${error.message}`, { cause: error })
    }
  }

  #configuration(namesItself: boolean): Configuration {
    const { issuer, loginUrl, tokenUrl, clientId, clientSecret } = this.#options
    const server = {
      issuer,
      authorization_endpoint: loginUrl,
      token_endpoint: tokenUrl,
      authorization_response_iss_parameter_supported: namesItself,
    }
    const configuration = new Configuration(server, clientId, undefined, ClientSecretPost(clientSecret))
    // Whether http will do is said by whoever wrote the configuration.
    allowInsecureRequests(configuration)
    return configuration
  }

  /**
   * Exchanges the code for tokens. The ID token is kept from openid-client, which knows neither another audience than the
   * client id nor an injected clock, and would leave the signature unchecked.
   */
  async #redeem(
    parameters: URLSearchParams,
    { state, codeVerifier }: LoginAttempt,
    namesItself: boolean,
  ): Promise<Redeemed> {
    const { tokenUrl, redirectUrl, clientSecret, log } = this.#options
    const secrets = [clientSecret, codeVerifier, parameters.get('code') ?? '']
    const configuration = this.#configuration(namesItself)
    let idToken = ''
    configuration[customFetch] = async (url, { method, headers, body }) => {
      log.info({ token_url: tokenUrl }, 'Retrieving ID token')
      const form = body instanceof URLSearchParams ? body : null
      const reply = await askProvider(url, { method, headers, body: form }, this.#limits)
      const json = this.#readJson(reply, secrets)
      if (!isSuccess(reply)) throw refusal(reply, json, secrets)
      const { id_token, ...others } = this.#readTokens(json)
      idToken = id_token
      return asResponse({ ...reply, text: JSON.stringify(others) })
    }
    try {
      const { access_token: accessToken } = await authorizationCodeGrant(
        configuration,
        new URL(`${redirectUrl}?${parameters}`),
        { expectedState: state, pkceCodeVerifier: codeVerifier },
      )
      return { idToken, accessToken }
    } catch (error) {
      throw redeemingError(error)
    }
  }

  #readJson(reply: ProviderReply, secrets: readonly string[]): unknown {
    try {
      return parseReply(reply)
    } catch (error) {
      // Without an error status it may be tokens in another form, which are not for the log.
      const cause = isSuccess(reply) ? error : replyError(reply, secrets)
      throw new ProviderFailedError(`Response from ${this.#options.tokenUrl} not valid JSON`, { cause })
    }
  }

  #readTokens(json: unknown): z.output<typeof tokenReply> {
    const { success, data, error } = tokenReply.safeParse(json)
    if (success) return data
    throw new ProviderFailedError(`No id_token in token reply from ${this.#options.tokenUrl}`, {
      cause: error,
    })
  }

  async #checked(idToken: string, expected: { nonce: string; accessToken: string }) {
    try {
      return await this.#tokens.idToken(idToken, expected)
    } catch (error) {
      if (!(error instanceof TokenRefusedError)) throw error
      const detail = `OpenID Connect token verification failed: ${error.message}`
      throw new ProviderFailedError(detail, { cause: error })
    }
  }
}

/** What an HTTP error of the token endpoint means: with an error code (RFC 6749 §5.2) the code was refused. */
function refusal(reply: ProviderReply, json: unknown, secrets: readonly string[]): LoginError {
  const { success, data } = errorReply.safeParse(json)
  if (!success) {
    return new ProviderUnreachableError(`The login provider answered with the status ${reply.status}`, {
      cause: replyError(reply, secrets),
    })
  }
  const detail = ['Error retrieving ID token', ...shownCode(data.error)].join(': ')
  return new ProviderFailedError(detail, { cause: replyError(reply, secrets) })
}

function redeemingError(error: unknown): LoginError {
  const known = loginErrorIn(error)
  if (known) return known
  if (error instanceof AuthorizationResponseError) return new ProviderRefusedError(error.error)
  // Not the error itself: it holds the whole answer, tokens and all.
  const cause = new Error(messagesOf(error).join(': '))
  return new ProviderFailedError('The answer of the login provider is not as it must be', { cause })
}

function messagesOf(error: unknown): string[] {
  return error instanceof Error ? [error.message, ...messagesOf(error.cause)] : []
}
