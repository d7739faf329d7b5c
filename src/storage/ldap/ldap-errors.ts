/** A directory does not say what it was asked for. The message is safe to show; what the server said is the cause. */
export class LdapError extends Error {
  constructor(message = 'Error querying LDAP', options: { cause?: unknown } = {}) {
    super(message, options)
    this.name = new.target.name
  }
}

/** No answer came in time. */
export class LdapTimeoutError extends LdapError {
  /** @param seconds - How long it was waited for. */
  constructor(seconds: number) {
    super(`LDAP query timed out after ${seconds.toFixed(1)}s`)
  }
}

/** The connection is lost, or there is none to be had, from any of the servers. */
export class LdapConnectionError extends LdapError {}

/** The server does not take Porthor for whom it says it is: no question will be answered before somebody mends that. */
export class LdapBindError extends LdapError {}

/** The server answers, and what it has about the user cannot be right. */
export class LdapEntryError extends LdapError {
  constructor(options: { cause?: unknown }) {
    super('LDAP user entry invalid', options)
  }
}
