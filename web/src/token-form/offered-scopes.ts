import type { Scope, Session } from '../api/types.ts'

/** What somebody may give to a token of their own: administrators anything, others what their session has. */
export function offeredScopes({ known_scopes: known, scopes, may_administer: all }: Session): Scope[] {
  return known.filter(({ name }) => all || scopes.includes(name))
}
