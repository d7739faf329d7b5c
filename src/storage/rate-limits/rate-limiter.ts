/** What is counted: the requests of a user to a service, under one quota. */
export interface RateLimitSubject {
  username: string
  service: string
  /** Requests a minute. The number is part of what is counted: a changed quota begins a new count. */
  quota: number
}

export interface RateCount {
  /** Requests in the present window, this one included; more than the quota where some were refused. */
  count: number
  /** Until the window ends: whole seconds. */
  secondsLeft: number
}

/** The length of a window, which the first request opens (spec/quotas.md §5): seconds. */
export const WINDOW_SECONDS = 60

/** Counts requests, over all processes. Two implementations: the ephemeral Redis, and a table of the database. */
export interface RateLimiter {
  /** Counts a request. Throws where the count is not known: one that was asked for may have been counted or not. */
  count(subject: RateLimitSubject): Promise<RateCount>
  close(): Promise<void>
}

/** `api/alice/tap/100`: what the two have in common of a counter's name (spec/quotas.md §5). */
export function counterName({ username, service, quota }: RateLimitSubject): string {
  return `api/${username}/${service}/${quota}`
}
