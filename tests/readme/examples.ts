/** A fenced block of `sh`, and the block with its answer, where one follows. */
export interface Example {
  /** Of the block's first line in the document, from 1. */
  readonly line: number
  readonly script: string
  /** The fenced block of `json` or `text` that comes next, with nothing but a line of words between. */
  readonly answer?: Answer
}

export interface Answer {
  readonly language: 'json' | 'text'
  readonly text: string
}

interface Block {
  readonly line: number
  readonly endLine: number
  readonly language: string
  readonly text: string
}

/** From the fence under an example to the first line of its answer: a blank line, one of words, a blank one, the fence. */
const answerDistance = 5

/**
 * The examples of a Markdown document that can be run: its fenced blocks of `sh`. What is not to be run is fenced as
 * `shell` or `console`.
 */
export function readExamples(markdown: string): Example[] {
  const blocks = readBlocks(markdown)
  return blocks.flatMap((block, index) => {
    if (block.language !== 'sh') return []
    const answer = answerOf(block, blocks[index + 1])
    return [{ line: block.line, script: block.text, ...(answer && { answer }) }]
  })
}

function readBlocks(markdown: string): Block[] {
  const fenced = /^```([^\n`]*)\n([\s\S]*?)^```$/gm
  return [...markdown.matchAll(fenced)].map((match) => {
    const [whole, language = '', text = ''] = match
    const line = markdown.slice(0, match.index).split('\n').length + 1
    return { line, endLine: line + whole.split('\n').length - 2, language: language.trim(), text }
  })
}

function answerOf(block: Block, next: Block | undefined): Answer | undefined {
  if (!next || next.line - block.endLine > answerDistance) return undefined
  const { language, text } = next
  return language === 'json' || language === 'text' ? { language, text } : undefined
}

/** Whether an example is the command that starts the server, which goes on while the others run. */
export function startsServer(example: Example): boolean {
  return /^npm start$/m.test(example.script)
}

/**
 * What an answer says once the values are left out that every run makes anew: tokens, keys, times and dates.
 *
 * @throws {SyntaxError} The language is JSON and the text is not.
 */
export function comparable(language: Answer['language'], text: string): unknown {
  if (language === 'json') return comparableValue(JSON.parse(text))
  return withoutNewValues(text).trim()
}

function comparableValue(value: unknown): unknown {
  if (typeof value === 'string') return withoutNewValues(value)
  if (typeof value === 'number') return value > 1_000_000_000 ? 'a time' : value
  if (Array.isArray(value)) return value.map(comparableValue)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, comparableValue(inner)]))
}

function withoutNewValues(text: string): string {
  return text
    .replaceAll(/gt-(?:[\w-]{22}\.[\w-]{22}|…)/g, 'a token')
    .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?Z?/g, 'a date')
    .replaceAll(/(?<![\w-])[\w-]{22}(?![\w-])/g, 'a key')
    .replaceAll(/\b1\d{9}\b/g, 'a time')
}
