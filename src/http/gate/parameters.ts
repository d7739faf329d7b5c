import { BoundedMap } from '../../models/bounded-map.ts'
import type { PorthorError } from '../../models/errors.ts'
import { InvalidDelegateToError, InvalidServiceError } from '../../models/gate-errors.ts'
import {
  type GateCredentialRules,
  type GateParameters,
  type GateQuery,
  gateCredentialQuery,
  gateParametersOf,
  gateQuery,
} from '../../models/gate-parameters.ts'
import { ValidationError, validate } from '../validation.ts'
import { parameterFields } from './log.ts'
import { DEFAULT_RULES } from './rules.ts'

/** The parameters of a request to the gate, or what is wrong with them. */
export type ReadParameters =
  | {
      valid: true
      parameters: GateParameters
      /** What the log says of them. */
      fields: object
    }
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
  const value = Object.fromEntries(NAMES.map((name) => [name, valuesOf(query, name)]))
  try {
    const [valid] = validate([{ location: 'query', schema: gateQuery, value }])
    return checkContradictions(valid as GateQuery)
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error
    const credentials = gateCredentialQuery.safeParse(value)
    if (!credentials.success) return { valid: false, error, early: true, rules: DEFAULT_RULES }
    const { allow_cookies: allowCookies, auth_type: authType } = credentials.data
    return { valid: false, error, early: false, rules: { allowCookies, authType } }
  }
}

/** Of a parameter that comes twice but may come once the last one counts. */
function valuesOf(query: URLSearchParams, name: string): string | string[] | undefined {
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
  return differs
    ? refused(new InvalidServiceError())
    : { valid: true, parameters, fields: parameterFields(parameters) }
}
