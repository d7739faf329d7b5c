/**
 * Whether an `Accept` header prefers a media type to the usual one (RFC 9110 §12.5.1). Where it does not say, or says the
 * same of both, the usual one is meant.
 */
export function prefers(accept: string | undefined, type: string, usual: string): boolean {
  const ranges = (accept ?? '').split(',').map(readRange)
  return qualityOf(type, ranges) > qualityOf(usual, ranges)
}

/** Whether somebody wants to see a page, rather than a script or a program an answer; by an `Accept` header, if there is one. */
export function wantsPage(accept: string | null | undefined): boolean {
  return /\btext\/html\b/i.test(accept ?? '')
}

interface Range {
  type: string
  quality: number
}

function readRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
  return { type, quality: quality === undefined ? 1 : Number(quality) || 0 }
}

/** The most exact range that names it decides. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const group = `${type.slice(0, type.indexOf('/'))}/*`
  for (const name of [type, group, '*/*']) {
    const range = ranges.find((one) => one.type === name)
    if (range) return range.quality
  }
  return 0
}
