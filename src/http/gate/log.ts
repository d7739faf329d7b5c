import {
  FrozenUserError,
  InvalidRequestError,
  InvalidTokenError,
  NoAuthorizationError,
  PermissionDeniedError,
} from '../../models/errors.ts'
import {
  InsufficientScopeError,
  LifetimeTooShortError,
  OptionsNotSupportedError,
  PreflightRejectedError,
  RateLimitedError,
  UnknownProxyError,
} from '../../models/gate-errors.ts'
import type { GateParameters } from '../../models/gate-parameters.ts'
import { UserInformationError } from '../../models/user-info.ts'
import type { Verdict } from '../../services/gate.ts'
import type { RateLimitStatus } from '../../services/quota-service.ts'
import type { Log } from '../../services/token-log.ts'
import { alertOfDefect, type ErrorReaders } from '../error-log.ts'
import { traceOf } from '../errors.ts'
import { redact } from '../redact.ts'
import { type GateError, statusOf } from './answers.ts'
import { loggable, type Visit } from './visit.ts'

/** The gate's part of the log: one line for each decision (spec/observability.md §2). */
export class GateLog {
  readonly #log: Log
  readonly #alerts: ErrorReaders['alerts']

  constructor({ log, alerts }: ErrorReaders) {
    this.#log = log
    this.#alerts = alerts
  }

  /** @param asked - What was asked for, as `parameterFields` has it. */
  verdict(visit: Visit, asked: object, verdict: Verdict): void {
    // Most decisions let pass: where that is not to be logged, nothing is made for the log.
    if (verdict.allowed && this.#log.isLevelEnabled?.('info') === false) return
    const line = { ...visit.fields(), ...guardedFields(visit), ...asked, ...identityFields(visit, verdict) }
    if (verdict.allowed) this.#log.info(line, 'Token authorized')
    else this.#refusal(line, verdict.error)
  }

  /** Of a request that was refused before anybody asked who sends it. */
  refusal(visit: Visit, error: GateError): void {
    this.#refusal({ ...visit.fields(), ...guardedFields(visit) }, error)
  }

  failure(error: unknown): void {
    this.#log.error({ exception: traceOf(error) }, 'The gate has failed')
    alertOfDefect(this.#alerts, error, 'in the gate')
  }

  sessionDiscarded(visit: Visit, error: string): void {
    this.#log.warn({ ...visit.fields(), error }, 'Discarding invalid state cookie')
  }

  #refusal(fields: object, error: GateError): void {
    const { event, level } = eventOf(error)
    const rule = error instanceof InsufficientScopeError ? { rule: error.rule } : {}
    const cause =
      statusOf(error) >= 500 && error.cause instanceof Error ? { cause: redact(error.cause.message) } : {}
    this.#log[level]({ ...fields, ...rule, ...cause, error: redact(error.message) }, event)
  }
}

/** What the log says of parameters: made once for all requests that have the same. */
export function parameterFields(parameters: GateParameters): object {
  const { scopes, satisfy, service, onlyServices, username } = parameters
  return {
    required_scopes: scopes.map(loggable),
    satisfy,
    service: service === null ? null : loggable(service),
    ...(onlyServices && { only_services: onlyServices.map(loggable) }),
    ...(username !== null && { required_user: loggable(username) }),
  }
}

function guardedFields({ original }: Visit): object {
  return { auth_uri: loggable(original.url) }
}

function identityFields(visit: Visit, { data, place, rate }: Verdict): object {
  if (!data || !place) return {}
  return {
    token_source: visit.sourceAt(place),
    token: data.token.key,
    user: data.username,
    scopes: data.scopes,
    ...(rate && { quota: quotaFields(rate) }),
  }
}

function quotaFields({ limit, used, reset }: RateLimitStatus): object {
  return { limit, used, reset: new Date(reset * 1000).toISOString().replace('T', ' ').replace('Z', '') }
}

/** What the log says of a refusal, and how loudly. */
function eventOf(error: GateError): { event: string; level: 'debug' | 'info' | 'warn' | 'error' } {
  // Nobody has done anything wrong yet who has sent no credential.
  if (error instanceof NoAuthorizationError) return { event: 'Authentication required', level: 'debug' }
  if (error instanceof LifetimeTooShortError) return { event: 'Invalid token', level: 'warn' }
  if (error instanceof InvalidTokenError) return { event: 'Invalid token', level: 'info' }
  if (error instanceof InvalidRequestError) return { event: 'Invalid request', level: 'info' }
  if (error instanceof RateLimitedError)
    return { event: 'Request rejected due to rate limits', level: 'info' }
  if (error instanceof FrozenUserError) return { event: 'User is frozen', level: 'info' }
  if (error instanceof InsufficientScopeError || error instanceof PermissionDeniedError) {
    return { event: 'Permission denied', level: 'info' }
  }
  if (error instanceof OptionsNotSupportedError || error instanceof PreflightRejectedError) {
    return { event: error.message, level: 'info' }
  }
  if (error instanceof UnknownProxyError) return { event: 'Not one of the gate’s proxies', level: 'warn' }
  if (statusOf(error) < 500) return { event: 'Invalid parameters of the gate', level: 'warn' }
  if (error instanceof UserInformationError)
    return { event: 'Unable to get user information', level: 'error' }
  return { event: 'Requests cannot be judged just now', level: 'error' }
}
