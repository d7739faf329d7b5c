import { PorthorError } from './errors.ts'

/**
 * A login that came to nothing (spec/login.md §9). The message is the sentence on the error page; `detail` is for the
 * person as well, so neither may hold a secret or what a server elsewhere answered: that goes into `cause`, for the log.
 */
export abstract class LoginError extends PorthorError {
  /** What is wrong in this very case; null: the message says it all. */
  readonly detail: string | null

  constructor(message: string, detail: string | null = null, options: { cause?: unknown } = {}) {
    super(message, options)
    this.detail = detail
  }
}

/** The user is in none of the groups that give scopes. */
export class NoScopesError extends LoginError {
  readonly code = 'no_scopes'
  readonly status = 403

  constructor(username: string) {
    super('User unauthorized', `${username} is not a member of any authorized groups`)
  }
}

/** The provider's name for the user cannot be a username here, or the user may not log in. */
export class CannotAuthenticateError extends LoginError {
  readonly code = 'cannot_authenticate'
  readonly status = 403

  constructor(detail: string) {
    super('Cannot authenticate', detail)
  }
}

/** The provider knows the person, but has no username for them. */
export class NotEnrolledError extends LoginError {
  readonly code = 'not_enrolled'
  readonly status = 403

  constructor(detail: string) {
    super('User is not enrolled', detail)
  }
}

/** State or return URL of the login are missing, expired or another's. */
export class LoginStateError extends LoginError {
  readonly code = 'invalid_login_state'
  readonly status = 403
}

/** The provider itself says no (RFC 6749 §4.1.2.1): the person declined, for instance. */
export class ProviderRefusedError extends LoginError {
  readonly code = 'provider_refused'
  readonly status = 403

  /** @param reason - The provider's error code. */
  constructor(reason: string, options: { cause?: unknown } = {}) {
    // It comes by way of the browser: anything but a code of the registered kind is not shown.
    const detail = /^[a-z_]{1,64}$/.test(reason) ? reason : null
    super('Authentication provider refused the login', detail, options)
  }
}

/** The provider answered with what it may not answer. */
export class ProviderFailedError extends LoginError {
  readonly code = 'provider_failed'
  readonly status = 500

  constructor(detail: string, options: { cause?: unknown } = {}) {
    super('Authentication provider failed', detail, options)
  }
}

/** The provider did not answer, or with an HTTP error. */
export class ProviderUnreachableError extends LoginError {
  readonly code = 'provider_unreachable'
  readonly status = 500

  constructor(detail: string, options: { cause?: unknown } = {}) {
    super('Cannot contact authentication provider', detail, options)
  }
}

/** The directory is away, too slow, or says of the user what cannot be. */
export class DirectoryFailedError extends LoginError {
  readonly code = 'directory_failed'
  readonly status = 500

  constructor(detail: string, options: { cause?: unknown } = {}) {
    super('Retrieving data from LDAP failed', detail, options)
  }
}

/** The user's UID, or the GID of one of their groups, could be neither found nor assigned. */
export class PosixIdsFailedError extends LoginError {
  readonly code = 'posix_ids_failed'
  readonly status = 500

  constructor(detail: string, options: { cause?: unknown } = {}) {
    super('Retrieving UID/GID from the database failed', detail, options)
  }
}
