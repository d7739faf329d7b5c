/** Where in a request the trouble lies, as the API names it: `["body", "token_name"]`. */
export type ErrorLocation = readonly (string | number)[]

/**
 * An error that the caller may learn about. Its message is for people and never holds a secret; programs compare `code`,
 * which is the `type` of the API's error shape (spec/rest-api.md §2).
 */
export abstract class PorthorError extends Error {
  abstract readonly code: string
  /** The HTTP status with which the API answers. */
  abstract readonly status: number
  readonly location: ErrorLocation | null

  constructor(message: string, options: { location?: ErrorLocation; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.location = options.location ?? null
  }
}

/** The text is not a token, or the token is unknown, expired or revoked (RFC 6750 `invalid_token`). */
export class InvalidTokenError extends PorthorError {
  readonly code = 'invalid_token'
  readonly status: number = 401
}

/** The store of token data is known to hold this token, but the database does not. */
export class UnknownToDatabaseError extends InvalidTokenError {
  override readonly status = 403
}

/** No credential was given where one is needed. */
export class NoAuthorizationError extends PorthorError {
  readonly code = 'no_authorization'
  readonly status = 401
}

/** The credential is there but cannot be used (RFC 6750 `invalid_request`). */
export class InvalidRequestError extends PorthorError {
  readonly code = 'invalid_request'
  readonly status = 400
}

/** The caller may not do this. */
export class PermissionDeniedError extends PorthorError {
  readonly code = 'permission_denied'
  readonly status = 403
}

/** The user is frozen: none of their tokens is accepted and none is made. */
export class FrozenUserError extends PorthorError {
  readonly code = 'user_frozen'
  readonly status = 403
}

/** A change authenticated by the cookie came without the matching header. */
export class InvalidCsrfError extends PorthorError {
  readonly code = 'invalid_csrf'
  readonly status = 403
}

/** What was asked for is not there. */
export class NotFoundError extends PorthorError {
  readonly code = 'not_found'
  readonly status = 404
}

/** This installation cannot do what was asked for. */
export class NotSupportedError extends PorthorError {
  readonly code = 'not_supported'
  readonly status = 404
}

/** The user already has a token of that name. */
export class DuplicateTokenNameError extends PorthorError {
  readonly code = 'duplicate_token_name'
  readonly status = 409

  constructor(message = 'The user already has a token of this name; choose another') {
    super(message, { location: ['body', 'token_name'] })
  }
}

/** The user is an administrator already. */
export class DuplicateAdminError extends PorthorError {
  readonly code = 'duplicate_admin'
  readonly status = 409

  constructor(username: string) {
    super(`${username} is an administrator already`, { location: ['body', 'username'] })
  }
}

/** The token changed while the operation ran, to something else than was asked for; ask again. */
export class ConflictError extends PorthorError {
  readonly code = 'conflict'
  readonly status = 409
}

/** What was to be changed is not what the request expects (RFC 9110 §13.1.1): look at it again. */
export class PreconditionFailedError extends PorthorError {
  readonly code = 'precondition_failed'
  readonly status = 412
}

/** A wished end is too near, or lies beyond what is allowed. */
export class InvalidExpiresError extends PorthorError {
  readonly code = 'invalid_expires'
  readonly status = 422

  constructor(message: string) {
    super(message, { location: ['body', 'expires'] })
  }
}

/** Wished scopes go beyond the caller's own, or are unknown to this installation. */
export class InvalidScopesError extends PorthorError {
  readonly code = 'invalid_scopes'
  readonly status = 422

  constructor(message: string) {
    super(message, { location: ['body', 'scopes'] })
  }
}

/** A delegated token cannot be given as long a life as was asked for. */
export class InvalidMinimumLifetimeError extends PorthorError {
  readonly code = 'invalid_minimum_lifetime'
  readonly status = 422

  constructor(message: string) {
    super(message, { location: ['query', 'minimum_lifetime'] })
  }
}

/** Neither an address nor a network without host bits. */
export class InvalidIpAddressError extends PorthorError {
  readonly code = 'invalid_ip_address'
  readonly status = 422

  constructor() {
    super('Not an IP address, nor a network in CIDR form without host bits', {
      location: ['query', 'ip_address'],
    })
  }
}

/** The cursor has the right form but names an impossible position. */
export class InvalidCursorError extends PorthorError {
  readonly code = 'invalid_cursor'
  readonly status = 422

  constructor() {
    super('Not a cursor that this server has given', { location: ['query', 'cursor'] })
  }
}

/** A limit of this installation is reached (tokens per user, for instance). */
export class LimitReachedError extends PorthorError {
  readonly code = 'limit_reached'
  readonly status = 409
}

/** A store is away, too slow, or not (yet) to be trusted: nothing was done that the caller could rely on; try again. */
export class StoreUnavailableError extends PorthorError {
  readonly code = 'store_unavailable'
  readonly status = 503
}

/** What was thrown, in words: mostly an error, but by a library it may be anything. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
