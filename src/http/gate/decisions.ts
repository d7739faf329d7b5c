import type { Porthor } from '../../composition.ts'
import { BoundedMap } from '../../models/bounded-map.ts'
import { UnknownProxyError } from '../../models/gate-errors.ts'
import {
  bareGateParameters,
  type GateCredentialRules,
  type GateParameters,
} from '../../models/gate-parameters.ts'
import type { Activity } from '../../services/activity.ts'
import type { Gate, Refused, Verdict } from '../../services/gate.ts'
import type { Log } from '../../services/token-log.ts'
import { ClientAddresses } from '../client-address.ts'
import { withinRequest } from '../request-log.ts'
import { ValidationError } from '../validation.ts'
import { codeOf, failureAnswer, type GateAnswer, type GateError, identityHeaders } from './answers.ts'
import { HeaderTokens, SessionTokens } from './credentials.ts'
import { ANONYMOUS_PARAMETERS, missingParameters } from './envoy.ts'
import { GateHeaderReader, type GateHeaders } from './headers.ts'
import { GateLog } from './log.ts'
import type { Original } from './original.ts'
import { GateParameterReader, type ReadParameters } from './parameters.ts'
import { ProxyIdentity } from './proxy-identity.ts'
import { reflectedCookies, withoutTokens } from './reflection.ts'
import { DEFAULT_RULES } from './rules.ts'
import { type ProxyRequest, Visit, type VisitContext } from './visit.ts'

/** The request may pass. */
export interface Passed {
  passed: true
  /** What the guarded service is to see, names and values by turns; a name may come several times. */
  headers: string[]
}

/** The request may not pass. */
export interface Stopped {
  passed: false
  error: GateError
  /** As far as they could be read. */
  rules: GateCredentialRules
  parameters: GateParameters | null
  /** Who has asked, and how often; nulls: nobody has authenticated. */
  verdict: Pick<Refused, 'data' | 'rate'>
}

export type Decision = Passed | Stopped

/** Reads what the proxy says of the guarded request. @throws {ValidationError} It does not say enough. */
export type OriginalReader = (headers: GateHeaders) => Original

/** What was asked for, and what the log says of it. */
interface Asked {
  parameters: GateParameters
  fields: object
}

const MAXIMUM_ADDRESSES = 10_000
const NOBODY = { data: null, rate: null } as const

/** Decides on requests to guarded services, in whatever form a proxy asks, and writes the log of it. */
export class GateDecisions {
  readonly #gate: Gate
  readonly #gateLog: GateLog
  readonly #parameters = new GateParameterReader()
  readonly #proxies: ProxyIdentity
  readonly #context: VisitContext
  readonly #activity: Activity
  /** A further header in which a token may stand, in small letters; null: none. */
  readonly tokenHeader: string | null

  /** @param options.peersAreProxies - Whether nobody else can connect, so that their word on addresses counts. */
  constructor(porthor: Porthor, log: Log, options: { peersAreProxies?: boolean } = {}) {
    const { gate, config, fernet, activity, alerts } = porthor
    this.#gate = gate
    this.#activity = activity
    this.tokenHeader = config.gate.tokenHeader
    this.#proxies = new ProxyIdentity(config.gate.secrets)
    const gateLog = new GateLog({ log, alerts })
    const addresses = new RememberedAddresses(new ClientAddresses(config.proxies, options))
    this.#gateLog = gateLog
    this.#context = {
      headers: new GateHeaderReader(config.gate.tokenHeader),
      headerTokens: new HeaderTokens(),
      sessions: new SessionTokens(fernet),
      sessionDiscarded: (visit, error) => gateLog.sessionDiscarded(visit, error),
      addressOf: (peer, headers) => addresses.addressOf(peer, headers),
    }
  }

  visit(request: ProxyRequest): Visit {
    return new Visit(request, this.#context)
  }

  /**
   * Decides by what the proxy wants of those who come.
   *
   * @param query - The gate's parameters, form-encoded.
   */
  decide(visit: Visit, query: string, readOriginal: OriginalReader): Decision | Promise<Decision> {
    if (!this.#proxies.isProven(visit.headers)) return this.#stopUnknown(visit)
    const read = this.#parameters.read(query)
    try {
      visit.original = readOriginal(visit.headers)
    } catch (error) {
      if (error instanceof ValidationError) return this.#stop(visit, rulesOf(read), error)
      throw error
    }
    if (visit.original.method === 'OPTIONS') return this.#decideOnOptions(visit, read)
    return read.valid ? this.#judge(visit, read) : this.#decideInvalid(visit, read)
  }

  /** @param query - As for `decide`, or `anonymous`; null: the proxy has said nothing, which closes the gate. */
  decideForEnvoy(
    visit: Visit,
    query: string | null,
    readOriginal: OriginalReader,
  ): Decision | Promise<Decision> {
    if (query === ANONYMOUS_PARAMETERS) return this.letPass(visit)
    if (query !== null) return this.decide(visit, query, readOriginal)
    if (!this.#proxies.isProven(visit.headers)) return this.#stopUnknown(visit)
    return this.#stop(visit, DEFAULT_RULES, missingParameters())
  }

  /** Nobody is asked for: what is not Porthor's goes on to the service. */
  letPass(visit: Visit): Decision {
    if (!this.#proxies.isProven(visit.headers)) return this.#stopUnknown(visit)
    this.#activity.decidedWithoutCredential('anonymous')
    return { passed: true, headers: this.#reflected(visit) }
  }

  /** Porthor itself has failed; the answer closes the gate. */
  failed(error: unknown): GateAnswer {
    this.#gateLog.failure(error)
    this.#activity.decidedWithoutCredential('internal_error')
    return failureAnswer()
  }

  #judge(visit: Visit, asked: Asked): Decision | Promise<Decision> {
    visit.parameters = asked.parameters
    const verdict = this.#gate.judgeFromMemory(visit)
    if (verdict) return this.#decisionBy(visit, asked, verdict)
    return withinRequest(
      () => visit.fields(),
      () => this.#gate.judge(visit),
    ).then((late) => this.#decisionBy(visit, asked, late))
  }

  #decisionBy(visit: Visit, { parameters, fields }: Asked, verdict: Verdict): Decision {
    this.#gateLog.verdict(visit, fields, verdict)
    if (verdict.data) visit.rememberToken()
    if (!verdict.allowed) {
      return { passed: false, error: verdict.error, rules: parameters, parameters, verdict }
    }
    const headers = identityHeaders(verdict, parameters)
    if (!parameters.useAuthorization) push(headers, 'Authorization', visit.foreignAuthorization())
    else if (verdict.delegated) headers.push('Authorization', `Bearer ${verdict.delegated}`)
    this.#pushOthers(headers, visit)
    return { passed: true, headers }
  }

  #decideOnOptions(visit: Visit, read: ReadParameters): Decision {
    if (!read.valid) return this.#stop(visit, read.rules, read.error)
    const { origin, accessControlRequestMethod } = visit.headers
    const { allowOptions } = read.parameters
    const error = this.#gate.judgeOptions({ origin, accessControlRequestMethod, allowOptions })
    if (error) return this.#stop(visit, read.parameters, error)
    this.#activity.decidedWithoutCredential('options')
    return { passed: true, headers: this.#reflected(visit) }
  }

  /** Most of what can be wrong with the parameters is told only to who has authenticated. */
  async #decideInvalid(visit: Visit, read: Extract<ReadParameters, { valid: false }>): Promise<Decision> {
    if (read.early) return this.#stop(visit, read.rules, read.error)
    const parameters = bareGateParameters(read.rules)
    visit.parameters = parameters
    const verdict = await withinRequest(
      () => visit.fields(),
      () => this.#gate.judge(visit),
    )
    if (!verdict.allowed) return this.#decisionBy(visit, { parameters, fields: {} }, verdict)
    return this.#stop(visit, read.rules, read.error)
  }

  /** What is not Porthor's goes on to the service. */
  #reflected(visit: Visit): string[] {
    const headers: string[] = []
    push(headers, 'Authorization', visit.foreignAuthorization())
    this.#pushOthers(headers, visit)
    return headers
  }

  #pushOthers(headers: string[], { headers: { cookies, tokens } }: Visit): void {
    push(headers, 'Cookie', reflectedCookies(cookies))
    const { tokenHeader } = this
    if (tokenHeader !== null) push(headers, tokenHeader, withoutTokens(tokens))
  }

  #stopUnknown(visit: Visit): Stopped {
    return this.#stop(visit, DEFAULT_RULES, new UnknownProxyError())
  }

  #stop(visit: Visit, rules: GateCredentialRules, error: GateError): Stopped {
    this.#gateLog.refusal(visit, error)
    this.#activity.decidedWithoutCredential(codeOf(error))
    return { passed: false, error, rules, parameters: null, verdict: NOBODY }
  }
}

/** Clients' addresses by what proxies say of them: the same few come again and again. */
class RememberedAddresses {
  readonly #addresses: ClientAddresses
  readonly #remembered = new BoundedMap<string, string | null>(MAXIMUM_ADDRESSES)

  constructor(addresses: ClientAddresses) {
    this.#addresses = addresses
  }

  addressOf(peer: string | undefined, { forwardedFor, forwardedProto }: GateHeaders): string | null {
    const name = forwardedFor.length === 0 ? (peer ?? '') : `${peer ?? ''} ${forwardedFor.join(' & ')}`
    const remembered = this.#remembered.get(name)
    if (remembered !== undefined) return remembered
    const { address } = this.#addresses.resolve({ peer, forwardedFor, forwardedProto })
    this.#remembered.set(name, address)
    return address
  }
}

function push(headers: string[], name: string, values: readonly string[]): void {
  for (const value of values) headers.push(name, value)
}

function rulesOf(read: ReadParameters): GateCredentialRules {
  return read.valid ? read.parameters : read.rules
}
