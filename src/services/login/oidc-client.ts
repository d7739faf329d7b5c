import { LoginError } from '../../models/login-errors.ts'
import type { ProviderReply } from './provider-request.ts'

/** Hands an answer that has been read whole to openid-client, which reads it once more; headers count for nothing there. */
export function asResponse({ status, text }: ProviderReply): Response {
  const mayHaveBody = ![101, 103, 204, 205, 304].includes(status)
  return new Response(mayHaveBody ? text : null, { status, headers: { 'content-type': 'application/json' } })
}

/** What was thrown while openid-client waited for an answer: it wraps what it does not know. */
export function loginErrorIn(error: unknown): LoginError | null {
  if (error instanceof LoginError) return error
  return error instanceof Error && error.cause instanceof LoginError ? error.cause : null
}
