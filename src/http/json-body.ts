import { PorthorError } from '../models/errors.ts'
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
 * @throws {ValidationError} It is not JSON.
 */
export function parseJsonBody(body: Buffer | undefined, contentType: string | undefined): unknown {
  if (!body || body.length === 0) return undefined
  const [mediaType = ''] = (contentType ?? '').split(';', 1)
  if (mediaType.trim() !== '' && !JSON_TYPE.test(mediaType.trim())) {
    throw new UnsupportedMediaTypeError('The body must be JSON (application/json)')
  }
  const text = decode(body)
  try {
    return JSON.parse(text)
  } catch (error) {
    // The parser's own message would quote the body, and with it perhaps a secret.
    const position = /position (\d+)/.exec((error as SyntaxError).message)?.[1]
    throw invalidJson('The body is not JSON', position === undefined ? text.length : Number(position))
  }
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
