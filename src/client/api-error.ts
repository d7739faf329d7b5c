/** One thing that is wrong with a request. */
export interface Finding {
  /** For people. */
  readonly msg: string
  /** For programs: `invalid_scopes`. */
  readonly type: string
  /** Where in the request it is: `['body', 'scopes']`; absent where that means nothing. */
  readonly loc?: readonly (string | number)[]
}

/** The API has refused a request, or failed. The message is the first finding's. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** Of HTTP. */
  readonly status: number
  readonly findings: readonly Finding[]

  constructor(status: number, findings: readonly Finding[]) {
    super(findings[0]?.msg ?? `The server answered with status ${status}`)
    this.status = status
    this.findings = findings
  }

  /** The code of the first finding: `not_found`; undefined where the answer was none of the API's. */
  get code(): string | undefined {
    return this.findings[0]?.type
  }
}

/** Of the body of an answer; single findings come as a list too. */
export function findingsOf(body: unknown): Finding[] {
  const detail = isObject(body) ? body.detail : undefined
  return (Array.isArray(detail) ? detail : [detail]).filter(isFinding)
}

function isFinding(value: unknown): value is Finding {
  return isObject(value) && typeof value.msg === 'string' && typeof value.type === 'string'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
