/**
 * `{{kind}}`, `{{kind.name}}`, either with an offset in seconds: `{{now+3600}}`. In a request a placeholder stands for a
 * value; in an answer for what may stand in its place.
 *
 * | kind | in a request | in an answer |
 * |---|---|---|
 * | `now` | seconds since the epoch at the beginning of the file's replay | exactly that number |
 * | `ms`, `iso`, `isozone` | the same in milliseconds, as ISO 8601 in UTC, with an offset of two hours | – |
 * | `time` | a time remembered by name | a time between the beginning of the replay and now |
 * | `httpdate`, `isotime` | – | the same as an HTTP date, as ISO 8601 |
 * | `token`, `key`, `secret` | a token remembered by name, or a half of it | the same; a new token is different from all others |
 * | `csrf`, `cursor`, `state`, `cookie` | a value remembered by name | the same |
 * | `basic` | credentials of the preamble, in base64 | the same |
 * | `bootstrap`, `host` | from the preamble | the same |
 * | `int`, `string`, `any` | – | any integer, any string, anything |
 */
export interface Placeholder {
  readonly kind: string
  readonly name: string | undefined
  /** Seconds; 0 where the placeholder names none. */
  readonly offset: number
  /** As it stands in the file. */
  readonly text: string
}

const pattern = /\{\{([a-z_]+)(?:\.([A-Za-z0-9_]+))?([+-]\d+)?\}\}/g

/** The literal parts and the placeholders of a template, in order; empty literals are left out. */
export function partsOf(template: string): (string | Placeholder)[] {
  const parts: (string | Placeholder)[] = []
  let end = 0
  for (const match of template.matchAll(pattern)) {
    if (match.index > end) parts.push(template.slice(end, match.index))
    parts.push(placeholderOf(match))
    end = match.index + match[0].length
  }
  if (end < template.length) parts.push(template.slice(end))
  return parts
}

/** The placeholder that a template consists of; undefined where there is more, or less. */
export function onlyPlaceholder(template: string): Placeholder | undefined {
  const [part, ...others] = template.startsWith('{{') ? partsOf(template) : []
  return others.length === 0 && typeof part === 'object' ? part : undefined
}

function placeholderOf(match: RegExpExecArray): Placeholder {
  const [text, kind = '', name, offset] = match
  return { kind, name, offset: Number(offset ?? 0), text }
}

/** The form of what may stand in an answer for a placeholder whose value is not known yet. */
export const shapes: ReadonlyMap<string, string> = new Map([
  ['token', 'gt-[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{22}'],
  ['key', '[A-Za-z0-9_-]{22}'],
  ['csrf', '[A-Za-z0-9_-]{22}'],
  ['cursor', 'p?[0-9]+_[0-9]+'],
  ['state', '[A-Za-z0-9_-]{16,}'],
  ['cookie', '[A-Za-z0-9_=-]+'],
  ['time', '-?[0-9]+'],
  ['now', '-?[0-9]+'],
  ['int', '-?[0-9]+'],
  ['httpdate', '[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT'],
  ['isotime', '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|\\+00:00)'],
  ['string', '.*'],
  ['any', '.*'],
])
