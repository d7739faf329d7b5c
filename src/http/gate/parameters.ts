import { BoundedMap } from '../../models/bounded-map.ts'
import type { PorthorError } from '../../models/errors.ts'
import { InvalidDelegateToError, InvalidServiceError } from '../../models/gate-errors.ts'
import {
  EARLY_PARAMETERS,
  type GateCredentialRules,
  type GateParameters,
  type GateQuery,
  gateParametersOf,
  gateQuery,
} from '../../models/gate-parameters.ts'
import { validate, ValidationError } from '../validation.ts'

/** The parameters of a request to the gate, or what is wrong with them. */
export type ReadParameters =
  | { valid: true; parameters: GateParameters }
  | {
      valid: false
      error: ValidationError | PorthorError
      /** Whether anybody is told, or only who has authenticated (spec/ingress.md §2). */
      early: boolean
      /** As far as they could be read. */
      rules: GateCredentialRules
    }

const REPEATABLE = new Set(['delegate_scope', 'only_service', 'scope'])
const NAMES = Object.keys(gateQuery.shape)
const DEFAULT_RULES: GateCredentialRules = { allowCookies: true, authType: 'bearer' }
const credentialQuery = gateQuery.pick({ allow_cookies: true, auth_type: true })

const MAXIMUM_ENTRIES = 2_000
/** Longer ones than proxies are configured with are not worth their place. */
const MAXIMUM_LENGTH = 2_048

/** Reads the parameters of the gate. Proxies send the same few again and again: they are remembered. */
export class GateParameterReader {
  readonly #remembered = new BoundedMap<string, ReadParameters>(MAXIMUM_ENTRIES)

  /** @param query - What follows the `?`. */
  read(query: string): ReadParameters {
    const remembered = this.#remembered.get(query)
    if (remembered) return remembered
    const read = readParameters(new URLSearchParams(query))
    if (query.length <= MAXIMUM_LENGTH) this.#remembered.set(query, read)
    return read
  }
}

function readParameters(query: URLSearchParams): ReadParameters {
  const value = Object.fromEntries(NAMES.map((name) => [name, valueOf(query, name)]))
  try {
    const [valid] = validate([{ location: 'query', schema: gateQuery, value }])
    return checkContradictions(valid as GateQuery)
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error
    return {
      valid: false,
      error,
      early: error.findings.some(({ loc }) => EARLY_PARAMETERS.has(String(loc[1]))),
      rules: rulesOf(value),
    }
  }
}

/** Of a parameter that comes twice but may come once the last one counts. */
function valueOf(query: URLSearchParams, name: string): string | string[] | undefined {
  const values = query.getAll(name)
  if (!REPEATABLE.has(name)) return values.at(-1)
  return values.length > 0 ? values : undefined
}

function checkContradictions(query: GateQuery): ReadParameters {
  const parameters = gateParametersOf(query)
  const { allowCookies, authType } = parameters
  const refused = (error: PorthorError): ReadParameters => {
    return { valid: false, error, early: true, rules: { allowCookies, authType } }
  }
  if (query.notebook && query.delegate_to !== null) return refused(new InvalidDelegateToError())
  const differs = query.service !== null && query.delegate_to !== null && query.service !== query.delegate_to
  return differs ? refused(new InvalidServiceError()) : { valid: true, parameters }
}

function rulesOf(value: object): GateCredentialRules {
  const outcome = credentialQuery.safeParse(value)
  if (!outcome.success) return DEFAULT_RULES
  return { allowCookies: outcome.data.allow_cookies, authType: outcome.data.auth_type }
}
