// A blank alone is the first and the last one, and is escaped once.
const SPECIAL = /^[ #]|["+,;<>\\=]| $/g

/** The value of an attribute as it may stand in a distinguished name (RFC 4514 §2.4). */
export function escapeDnValue(value: string): string {
  return value.replace(SPECIAL, '\\$&').replaceAll('\0', '\\00')
}

/** Whether an entry is named by this value of an attribute, in any case, as the first part of its name. */
export function isNamedBy(dn: string, attribute: string, value: string): boolean {
  const name = `${attribute}=${escapeDnValue(value)}`.toLowerCase()
  const rest = dn.toLowerCase()
  return rest.startsWith(name) && /^\s*([,+]|$)/.test(rest.slice(name.length))
}
