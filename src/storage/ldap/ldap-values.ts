import type { Entry } from 'ldapts'
import { isNamedBy } from './distinguished-names.ts'

/** Told where an entry says the same thing in several ways. */
export type OnSeveral = (attribute: string, chosen: string) => void

/**
 * The value of an attribute that counts. Of several, which servers send in any order, that by which the entry is named,
 * else the first by code points.
 *
 * @returns Null: there is none, or nothing but empty ones.
 */
export function chooseValue(entry: Entry, attribute: string, onSeveral: OnSeveral): string | null {
  const values = valuesOf(entry, attribute).sort()
  const [first = null, ...others] = values
  if (others.length === 0) return first
  const chosen = values.find((value) => isNamedBy(entry.dn, attribute, value)) ?? first
  if (chosen !== null) onSeveral(attribute, chosen)
  return chosen
}

/** All values of an attribute that are not empty, whatever the case in which the server writes its name. */
function valuesOf(entry: Entry, attribute: string): string[] {
  const wanted = attribute.toLowerCase()
  return Object.entries(entry)
    .filter(([name]) => name !== 'dn' && name.toLowerCase() === wanted)
    .flatMap(([, values]) => [values].flat().map(String))
    .filter((value) => value !== '')
}

/** @returns Null: not a whole number that can be told from its neighbours. */
export function readWholeNumber(text: string): number | null {
  const number = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(number) ? number : null
}

/** The largest UID and GID: the one above means "none" to systems. */
const MAXIMUM_ID = 2 ** 32 - 2

/** @returns Null: not a user's UID or GID. */
export function readPosixId(text: string): number | null {
  const number = readWholeNumber(text)
  return number !== null && number >= 1 && number <= MAXIMUM_ID ? number : null
}
