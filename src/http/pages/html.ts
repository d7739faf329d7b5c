/** HTML that may be put into other HTML as it is. Made by `html` alone, and by `trusted` from what the operator wrote. */
export class Html {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

type Content = Html | string | number | null | readonly Html[]

/** Puts a template together; everything in it that is not HTML already is escaped. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  const rest = contents.map((content, index) => `${textOf(content)}${strings[index + 1]}`)
  return new Html(`${strings[0]}${rest.join('')}`)
}

/** HTML from the configuration. */
export function trusted(text: string): Html {
  return new Html(text)
}

function textOf(content: Content): string {
  if (content === null) return ''
  if (content instanceof Html) return content.toString()
  if (typeof content === 'object') return content.map(String).join('')
  return escaped(String(content))
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
