import { InvalidRequestError } from '../models/errors.ts'

/** A secret of a login link, a logout token: nothing that is sent here is longer. */
const MAXIMUM_BYTES = 16 * 1024
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;|$)/i

/**
 * Reads the fields of a form.
 *
 * @returns Empty: there is no body.
 * @throws {InvalidRequestError} It is no form, or too long.
 */
export function parseForm(body: Buffer | undefined, contentType: string | undefined): URLSearchParams {
  if (!body || body.length === 0) return new URLSearchParams()
  if (!FORM_TYPE.test(contentType ?? '')) {
    throw new InvalidRequestError('The body must be a form (application/x-www-form-urlencoded)')
  }
  if (body.length > MAXIMUM_BYTES) throw new InvalidRequestError('The form is too long')
  return new URLSearchParams(body.toString())
}
