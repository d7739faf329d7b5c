import { z } from 'zod'
import {
  type ChangeHistoryEntry,
  changedFields,
  changeHistoryAnswer,
  changeHistoryToAnswer,
} from '../models/change-history.ts'
import type { HistoryPage } from '../storage/change-history-store.ts'
import { csvLine } from './csv.ts'
import type { Answer, AnswerDescription } from './endpoint.ts'
import { prefers } from './media-types.ts'
import { historyPageHeaders } from './paging.ts'
import type { RequestUrl } from './request-url.ts'
import type { HISTORY_FORMATS } from './schemas.ts'
import { textStream } from './text-stream.ts'

/*
 * A history of changes as it is answered: as JSON or CSV, a page of it or the whole, which is sent while it is read.
 */

type HistoryFormat = (typeof HISTORY_FORMATS)[number]

const JSON_TYPE = 'application/json'
const CSV_TYPE = 'text/csv'

const COLUMNS: Readonly<Record<string, (entry: ChangeHistoryEntry) => string | null>> = {
  event_time: ({ eventTime }) => timeText(eventTime),
  action: ({ action }) => action,
  changed: (entry) => changedFields(entry).join(' '),
  username: ({ username }) => username,
  token: ({ token }) => token,
  token_type: ({ tokenType }) => tokenType,
  token_name: ({ tokenName }) => tokenName,
  service: ({ service }) => service,
  parent: ({ parent }) => parent,
  scopes: ({ scopes }) => scopes.join(' '),
  expires: ({ expires }) => timeText(expires),
  actor: ({ actor }) => actor,
  ip_address: ({ ipAddress }) => ipAddress,
  cause: ({ cause }) => cause,
  ancestor: ({ ancestor }) => ancestor,
  old_token_name: ({ oldTokenName }) => oldTokenName,
  old_scopes: ({ oldScopes }) => oldScopes?.join(' ') ?? null,
  old_expires: ({ oldExpires }) => timeText(oldExpires),
}

const HEAD = csvLine(Object.keys(COLUMNS))

const exampleEntry: ChangeHistoryEntry = {
  ...{ id: 1, token: '62HmFHN2zLl1wf59EiDSiQ', username: 'alice', tokenType: 'user', tokenName: 'laptop' },
  ...{ parent: null, scopes: ['read:all'], service: null, expires: 1_924_992_000, actor: 'alice' },
  ...{ action: 'create', oldTokenName: null, oldScopes: null, oldExpires: null, ipAddress: '192.0.2.1' },
  ...{ eventTime: 1_795_463_809, cause: null, ancestor: null },
}

export const HISTORY_ANSWER: AnswerDescription = {
  description: 'The changes, newest first',
  schema: z.array(changeHistoryAnswer),
  example: [changeHistoryToAnswer(exampleEntry)],
  otherForms: {
    [CSV_TYPE]: {
      schema: z.string().meta({
        description:
          'A line with the names of the columns, then one for each change; times in ISO 8601. What a program for tables would take for a formula has an apostrophe in front.',
      }),
      example: HEAD + entryLine(exampleEntry),
    },
  },
  headers: {
    Link: 'The first, the next and the previous page',
    'X-Total-Count': 'How many there are on all pages',
    'Content-Disposition': 'The name of the file, if one was asked for by `format`, or as CSV',
  },
}

/** What is wanted of a history. */
export interface HistoryRequest {
  url: RequestUrl
  /** The header `Accept`. */
  accept: string | undefined
  query: { format?: HistoryFormat | undefined; limit?: number | undefined; cursor?: string | undefined }
  /** What the file is called, without its ending. */
  name: string
}

/** @param read - A page of at most `limit` from the cursor on, or all from it on. */
export async function historyAnswer(
  { url, accept, query, name }: HistoryRequest,
  read: { page(limit: number): Promise<HistoryPage>; all(): AsyncGenerator<ChangeHistoryEntry[], void> },
): Promise<Answer> {
  const format = query.format ?? (prefers(accept, CSV_TYPE, JSON_TYPE) ? 'csv' : 'json')
  const write = format === 'csv' ? csvParts : jsonParts
  const headers = {
    ...(format === 'csv' && { 'content-type': `${CSV_TYPE}; charset=utf-8; header=present` }),
    ...((format === 'csv' || query.format) && {
      'content-disposition': `attachment; filename="${name}.${format}"`,
    }),
    vary: 'Accept',
  }
  const { limit, cursor } = query
  if (limit === undefined) {
    const around = cursor === undefined ? {} : historyPageHeaders(url, wholeFrom(cursor, await read.page(1)))
    return { headers: { ...headers, ...around }, body: await textStream(write(read.all())) }
  }
  const page = await read.page(limit)
  return {
    headers: { ...headers, ...historyPageHeaders(url, page) },
    body: (await Array.fromAsync(write(once(page.entries)))).join(''),
  }
}

/** What a page that holds everything on a cursor's side has around it, of one that holds less. */
function wholeFrom(cursor: string, page: HistoryPage): HistoryPage {
  return cursor.startsWith('p') ? { ...page, prevCursor: null } : { ...page, nextCursor: null }
}

async function* once<T>(value: T): AsyncGenerator<T, void> {
  yield value
}

/** Exactly as `JSON.stringify` has it. */
async function* jsonParts(pages: AsyncGenerator<ChangeHistoryEntry[], void>): AsyncGenerator<string, void> {
  let before = '['
  for await (const page of pages) {
    if (page.length === 0) continue
    yield before + page.map((entry) => JSON.stringify(changeHistoryToAnswer(entry))).join(',')
    before = ','
  }
  yield before === '[' ? '[]' : ']'
}

async function* csvParts(pages: AsyncGenerator<ChangeHistoryEntry[], void>): AsyncGenerator<string, void> {
  let head = HEAD
  for await (const page of pages) {
    yield head + page.map(entryLine).join('')
    head = ''
  }
  if (head !== '') yield head
}

function entryLine(entry: ChangeHistoryEntry): string {
  return csvLine(Object.values(COLUMNS).map((read) => read(entry)))
}

/** ISO 8601, UTC. */
function timeText(seconds: number | null): string | null {
  return seconds === null ? null : `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
}
