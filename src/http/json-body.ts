import { PorthorError } from '../models/errors.ts'
import { placeTooDeep } from '../models/json.ts'
import { type Finding, ValidationError } from './validation.ts'

/** The body is of a media type that is not understood. */
export class UnsupportedMediaTypeError extends PorthorError {
  readonly code = 'unsupported_media_type'
  readonly status = 415
}

const JSON_TYPE = /^application\/(?:[^;\s]+\+)?json$/i
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads a body. Of a key that comes twice the last one counts.
 *
 * @param contentType - The header; without it JSON is assumed.
 * @returns Undefined: there is none.
 * @throws {UnsupportedMediaTypeError}
 * @throws {ValidationError} It is not JSON, or its arrays and objects lie too deep in each other.
 */
export function parseJsonBody(body: Buffer | undefined, contentType: string | undefined): unknown {
  if (!body || body.length === 0) return undefined
  const [mediaType = ''] = (contentType ?? '').split(';', 1)
  if (mediaType.trim() !== '' && !JSON_TYPE.test(mediaType.trim())) {
    throw new UnsupportedMediaTypeError('The body must be JSON (application/json)')
  }
  const text = decode(body)
  const tooDeep = placeTooDeep(text)
  if (tooDeep !== null) throw invalidJson('The body is nested too deeply', tooDeep)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalidJson('The body is not JSON', placeOf(error as SyntaxError, text))
  }
}

/** Where the parser stopped, as far as it says; the rest of its message would quote the body. */
function placeOf({ message }: SyntaxError, text: string): number {
  if (message.includes('end of JSON input')) return text.length
  return Number(/position (\d+)/.exec(message)?.[1] ?? 0)
}

function decode(body: Buffer): string {
  try {
    return utf8.decode(body)
  } catch {
    throw invalidJson('The body is not UTF-8', 0)
  }
}

function invalidJson(msg: string, position: number): ValidationError {
  const finding: Finding = { type: 'json_invalid', loc: ['body', position], msg, input: {} }
  return new ValidationError([finding])
}
