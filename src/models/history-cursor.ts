import { InvalidCursorError } from './errors.ts'

/** The form of a cursor's text; what has it may still name an impossible position. */
export const HISTORY_CURSOR_PATTERN = /^p?[0-9]+_[0-9]+$/

/** The last second of the year 9999: beyond it the database's text form of a time changes. */
const MAXIMUM_SECONDS = 253_402_300_799
/** Ids are 32-bit integers (spec/token-store.md §1.4). */
const MAXIMUM_ID = 2 ** 31 - 1

/**
 * A position between two entries of a history that is read from the newest to the oldest (spec/token-store.md §4): just
 * before the entry that it names, which need not be there any more.
 */
export interface HistoryCursor {
  /** Whole seconds since the epoch. */
  eventTime: number
  id: number
  /** Whether the page lies before the position, towards newer entries; else it begins with the entry named. */
  backward: boolean
}

/**
 * Reads `[p]<seconds>_<id>`.
 *
 * @throws {InvalidCursorError} It has another form, or names a time or an id that cannot be.
 */
export function parseHistoryCursor(text: string): HistoryCursor {
  if (!HISTORY_CURSOR_PATTERN.test(text)) throw new InvalidCursorError()
  const backward = text.startsWith('p')
  const separator = text.indexOf('_')
  const eventTime = Number(text.slice(backward ? 1 : 0, separator))
  const id = Number(text.slice(separator + 1))
  if (eventTime > MAXIMUM_SECONDS || id > MAXIMUM_ID) throw new InvalidCursorError()
  return { eventTime, id, backward }
}

export function formatHistoryCursor({ eventTime, id, backward }: HistoryCursor): string {
  return `${backward ? 'p' : ''}${eventTime}_${id}`
}
