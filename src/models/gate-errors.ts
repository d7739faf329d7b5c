import { InvalidTokenError, PorthorError } from './errors.ts'
import type { Scopes } from './scopes.ts'

/** Which of a gate's rules a token or its user does not meet. */
export type GateRule = 'scope' | 'token_type' | 'only_service' | 'username' | 'user_domain' | 'quota'

/** The token is good, but not for this (RFC 6750 `insufficient_scope`). */
export class InsufficientScopeError extends PorthorError {
  readonly code = 'insufficient_scope'
  readonly status = 403
  readonly rule: GateRule
  /** The scopes that are wanted, where it is for them that the token does not do; null: something else is amiss. */
  readonly scopes: Scopes | null

  constructor(message: string, rule: GateRule, scopes: Scopes | null = null) {
    super(message)
    this.rule = rule
    this.scopes = scopes
  }
}

/** The token ends too soon for what it is wanted for: a login gives a newer one. */
export class LifetimeTooShortError extends InvalidTokenError {
  constructor() {
    super('Remaining token lifetime too short')
  }
}

/** The user has made all requests of this minute. */
export class RateLimitedError extends PorthorError {
  readonly code = 'rate_limited'
  readonly status = 429
  /** When to try again: whole seconds since the epoch. */
  readonly retryAt: number

  constructor(limit: number, retryAt: number) {
    super(`Rate limit (${limit}/minute) exceeded`)
    this.retryAt = retryAt
  }
}

/** An OPTIONS request that is no CORS preflight, or a malformed one. */
export class OptionsNotSupportedError extends PorthorError {
  readonly code = 'options_not_supported'
  readonly status = 404
}

/** A CORS preflight from another site. */
export class PreflightRejectedError extends PorthorError {
  readonly code = 'cors_preflight_rejected'
  readonly status = 403

  constructor() {
    super('Cross-origin request not allowed')
  }
}

/** Two kinds of delegation at once. */
export class InvalidDelegateToError extends PorthorError {
  readonly code = 'invalid_delegate_to'
  readonly status = 422

  constructor() {
    super('delegate_to cannot be set for notebook tokens', { location: ['query', 'delegate_to'] })
  }
}

/** A token would be delegated to another service than the guarded one. */
export class InvalidServiceError extends PorthorError {
  readonly code = 'invalid_service'
  readonly status = 422

  constructor() {
    super('service must be the same as delegate_to', { location: ['query', 'delegate_to'] })
  }
}

/** Whoever asks the gate has not proved to be the proxy. */
export class UnknownProxyError extends PorthorError {
  readonly code = 'unknown_proxy'
  readonly status = 403

  constructor() {
    super('The gate answers its proxies only')
  }
}
