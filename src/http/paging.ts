import type { HistoryPage } from '../storage/change-history-store.ts'
import type { RequestUrl } from './request-url.ts'

/** A list is given at most so many entries a page, whatever is asked for. */
export const MAXIMUM_PAGE_SIZE = 1_000
/** Where a page is asked for without a size. */
export const DEFAULT_PAGE_SIZE = 100

export interface Neighbours {
  next: string | null
  prev: string | null
}

export type PageHeaders = Record<'link' | 'x-total-count', string>

/** The headers of a page of a history (spec/rest-api.md §3.2.1). */
export function historyPageHeaders(url: RequestUrl, page: HistoryPage): PageHeaders {
  const neighbours = { next: page.nextCursor, prev: page.prevCursor }
  return { link: pageLinks(url, neighbours), 'x-total-count': String(page.count) }
}

/**
 * `first`, then `next` and `prev` where there are such pages: the request's URL with another cursor, which comes last.
 *
 * @param firstCursor - The cursor of the first page, where a list needs one to be told from a list without pages.
 */
export function pageLinks(
  url: RequestUrl,
  { next, prev }: Neighbours,
  firstCursor: string | null = null,
): string {
  const parameters = [...new URLSearchParams(url.query)].filter(([name]) => name !== 'cursor')
  // Parameters without a value are kept in the first link and dropped in the others, as in the reference.
  const valued = grouped(parameters.filter(([, value]) => value !== ''))
  const links = [link(url, parameters, firstCursor, 'first')]
  if (next !== null) links.push(link(url, valued, next, 'next'))
  if (prev !== null) links.push(link(url, valued, prev, 'prev'))
  return links.join(', ')
}

function link(
  { origin, path }: RequestUrl,
  parameters: readonly Parameter[],
  cursor: string | null,
  rel: string,
) {
  const all = cursor === null ? parameters : [...parameters, ['cursor', cursor] as const]
  const query = all.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
  return `<${origin}${path}${query && `?${query}`}>; rel="${rel}"`
}

type Parameter = readonly [name: string, value: string]

/** Values of one name stand together, where the first one stood. */
function grouped(parameters: readonly Parameter[]): Parameter[] {
  return [...Map.groupBy(parameters, ([name]) => name).values()].flat()
}

/** As forms are encoded, and stricter: only letters, digits and `-._~` stay. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}
