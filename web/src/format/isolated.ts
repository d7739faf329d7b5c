/** Marks that begin and end a part of a text of a direction of its own: one of them in a name would end it early. */
const ISOLATES = /[\u2066-\u2069]/g

/**
 * A name that somebody has given, for a sentence: in a script from the right, or with marks that turn what follows round, it does
 * so up to its own end only. One of ASCII stays as it is. Where there is markup, `<bdi>` does this.
 */
export function isolated(name: string): string {
  return /^\p{ASCII}*$/u.test(name) ? name : `\u2068${name.replace(ISOLATES, '')}\u2069`
}
