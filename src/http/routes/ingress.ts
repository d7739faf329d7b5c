import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Porthor } from '../../composition.ts'
import { BoundedMap } from '../../models/bounded-map.ts'
import {
  bareGateParameters,
  type GateCredentialRules,
  type GateParameters,
} from '../../models/gate-parameters.ts'
import type { Gate, Verdict } from '../../services/gate.ts'
import type { Log } from '../../services/token-log.ts'
import { ClientAddresses } from '../client-address.ts'
import { traceOf } from '../errors.ts'
import {
  failureAnswer,
  type GateAnswer,
  type GateError,
  identityHeaders,
  passAnswer,
  refusalAnswer,
} from '../gate/answers.ts'
import { SessionTokens } from '../gate/credentials.ts'
import type { GateHeaders } from '../gate/headers.ts'
import { GateLog } from '../gate/log.ts'
import { GateParameterReader, type ReadParameters } from '../gate/parameters.ts'
import { reflectedAuthorization, reflectedCookies } from '../gate/reflection.ts'
import { Visit, type VisitContext } from '../gate/visit.ts'
import { withinRequest } from '../request-log.ts'
import { splitTarget } from '../request-url.ts'
import { type Finding, ValidationError } from '../validation.ts'

const AUTH = '/ingress/auth'
const ANONYMOUS = '/ingress/anonymous'

/** The paths of the gate. */
export const INGRESS_PATHS = [AUTH, ANONYMOUS] as const

const MAXIMUM_ADDRESSES = 10_000

/** What was asked for, and what the log says of it. */
interface Asked {
  parameters: GateParameters
  fields: object
}

/**
 * Answers the proxy that asks, before each request of each user, whether it may pass (spec/ingress.md). Works on requests
 * as Node.js gives them: a router and its hooks would take longer than the whole decision.
 */
export class IngressRoutes {
  readonly #gate: Gate
  readonly #realm: string
  readonly #log: Log
  readonly #gateLog: GateLog
  readonly #parameters = new GateParameterReader()
  readonly #context: VisitContext

  constructor({ gate, config, fernet }: Porthor, log: Log) {
    this.#gate = gate
    this.#realm = config.realm
    this.#log = log
    const gateLog = new GateLog(log)
    const addresses = new RememberedAddresses(config.proxies)
    this.#gateLog = gateLog
    this.#context = {
      sessions: new SessionTokens(fernet),
      sessionDiscarded: (visit, error) => gateLog.sessionDiscarded(visit, error),
      addressOf: (peer, headers) => addresses.addressOf(peer, headers),
    }
  }

  /** Whether a request is for the gate. */
  takes(url: string | undefined): boolean {
    if (!url?.startsWith('/ingress/')) return false
    const { path } = splitTarget(url)
    return path === AUTH || path === ANONYMOUS
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const failed = (error: unknown) => {
      this.#log.error({ exception: traceOf(error) }, 'The gate has failed')
      send(response, failureAnswer())
    }
    try {
      const answer = this.#answer(request)
      if (answer instanceof Promise) answer.then((late) => send(response, late)).catch(failed)
      else send(response, answer)
    } catch (error) {
      failed(error)
    }
  }

  #answer(request: IncomingMessage): GateAnswer | Promise<GateAnswer> {
    if (request.method !== 'GET') return methodNotAllowed(request.method)
    const { path, query } = splitTarget(request.url ?? '')
    const visit = new Visit(request, this.#context)
    if (path === ANONYMOUS) return reflectingAnswer(visit)
    const read = this.#parameters.read(query)
    const missing = missingHeaders(visit)
    if (missing) return this.#refuse(visit, rulesOf(read), missing)
    if (visit.headers.originalMethod === 'OPTIONS') return this.#answerOptions(visit, read)
    return read.valid ? this.#judge(visit, read) : this.#answerInvalid(visit, read)
  }

  #judge(visit: Visit, asked: Asked): GateAnswer | Promise<GateAnswer> {
    const request = visit.asking(asked.parameters)
    const verdict = this.#gate.judgeFromMemory(request)
    if (verdict) return this.#answerVerdict(visit, asked, verdict)
    return withinRequest(visit.fields(), () => this.#gate.judge(request)).then((late) =>
      this.#answerVerdict(visit, asked, late),
    )
  }

  #answerVerdict(visit: Visit, { parameters, fields }: Asked, verdict: Verdict): GateAnswer {
    this.#gateLog.verdict(visit, fields, verdict)
    if (!verdict.allowed) return this.#refusal(visit, parameters, verdict.error, verdict)
    const headers = identityHeaders(verdict)
    if (!parameters.useAuthorization) pushAuthorization(headers, visit)
    else if (verdict.delegated) headers.push('Authorization', `Bearer ${verdict.delegated}`)
    pushCookies(headers, visit)
    return passAnswer(headers)
  }

  #answerOptions(visit: Visit, read: ReadParameters): GateAnswer {
    if (!read.valid) return this.#refuse(visit, read.rules, read.error)
    const { origin, accessControlRequestMethod } = visit.headers
    const { allowOptions } = read.parameters
    const error = this.#gate.judgeOptions({ origin, accessControlRequestMethod, allowOptions })
    return error ? this.#refuse(visit, read.parameters, error) : reflectingAnswer(visit)
  }

  /** Most of what can be wrong with the parameters is told only to who has authenticated. */
  async #answerInvalid(visit: Visit, read: Extract<ReadParameters, { valid: false }>): Promise<GateAnswer> {
    if (read.early) return this.#refuse(visit, read.rules, read.error)
    const parameters = bareGateParameters(read.rules)
    const verdict = await withinRequest(visit.fields(), () => this.#gate.judge(visit.asking(parameters)))
    if (!verdict.allowed) return this.#answerVerdict(visit, { parameters, fields: {} }, verdict)
    return this.#refuse(visit, read.rules, read.error)
  }

  #refuse(visit: Visit, rules: GateCredentialRules, error: GateError): GateAnswer {
    this.#gateLog.refusal(visit, error)
    return this.#refusal(visit, rules, error, { rate: null })
  }

  #refusal(
    visit: Visit,
    { authType }: GateCredentialRules,
    error: GateError,
    { rate }: Pick<Verdict, 'rate'>,
  ): GateAnswer {
    return refusalAnswer(error, { realm: this.#realm, authType, ajax: visit.isAjax, rate })
  }
}

/** Clients' addresses by what proxies say of them: the same few come again and again. */
class RememberedAddresses {
  readonly #addresses: ClientAddresses
  readonly #remembered = new BoundedMap<string, string | null>(MAXIMUM_ADDRESSES)

  constructor(proxies: readonly string[]) {
    this.#addresses = new ClientAddresses(proxies)
  }

  addressOf(peer: string | undefined, { forwardedFor, forwardedProto }: GateHeaders): string | null {
    const name = `${peer ?? ''} ${forwardedFor.join(' & ')}`
    const remembered = this.#remembered.get(name)
    if (remembered !== undefined) return remembered
    const { address } = this.#addresses.resolve({ peer, forwardedFor, forwardedProto })
    this.#remembered.set(name, address)
    return address
  }
}

function send(response: ServerResponse, { status, headers, body }: GateAnswer): void {
  response.writeHead(status, headers)
  // In one packet with the headers, whose encoding this is.
  response.end(body, 'latin1')
}

/** Nobody is asked for: what is not Porthor's goes on to the service. */
function reflectingAnswer(visit: Visit): GateAnswer {
  const headers: string[] = []
  pushAuthorization(headers, visit)
  pushCookies(headers, visit)
  return passAnswer(headers)
}

function pushAuthorization(headers: string[], visit: Visit): void {
  for (const value of reflectedAuthorization(visit.headers.authorization))
    headers.push('Authorization', value)
}

function pushCookies(headers: string[], visit: Visit): void {
  for (const value of reflectedCookies(visit.headers.cookies)) headers.push('Cookie', value)
}

function missingHeaders({ headers }: Visit): ValidationError | null {
  const findings: Finding[] = []
  const missing = (name: string) =>
    findings.push({ type: 'missing', loc: ['header', name], msg: 'Field required', input: null })
  if (headers.originalUrl === null) missing('x-original-url')
  if (headers.originalMethod === null) missing('x-original-method')
  return findings.length > 0 ? new ValidationError(findings) : null
}

function rulesOf(read: ReadParameters): GateCredentialRules {
  return read.valid ? read.parameters : read.rules
}

function methodNotAllowed(method: string | undefined): GateAnswer {
  const body = method === 'HEAD' ? '' : '{"detail":"Method Not Allowed"}'
  const headers = ['Allow', 'GET', 'Content-Type', 'application/json', 'Content-Length', String(body.length)]
  return { status: 405, headers, body }
}
