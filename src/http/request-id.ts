import { randomUUID } from 'node:crypto'
import { redact } from './redact.ts'

const WELL_FORMED = /^[A-Za-z0-9][A-Za-z0-9._:-]{7,127}$/

/**
 * What a request is called in the log, and in the answer to it (`X-Request-Id`): what the proxy in front calls it, so that
 * its log and this one can be read together, or a new name.
 *
 * @param values - Of each `X-Request-Id` header.
 * @param options.viaProxy - Whether it comes from a proxy that is believed.
 */
export function requestIdOf(values: readonly string[], { viaProxy }: { viaProxy: boolean }): string {
  const [given, ...others] = values
  return viaProxy && given !== undefined && others.length === 0 && isUsable(given) ? given : randomUUID()
}

/** What might hold a secret would stand in every line of the log. */
function isUsable(id: string): boolean {
  return WELL_FORMED.test(id) && redact(id) === id
}
