/** English, as the page is, in the order and with the hours of the reader's region; the years of its own calendar are not used. */
const LOCALE = new Intl.Locale('en', {
  region: new Intl.Locale(Intl.DateTimeFormat().resolvedOptions().locale).maximize().region ?? 'GB',
  calendar: 'gregory',
  numberingSystem: 'latn',
})

const exact = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' })
const complete = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full', timeStyle: 'long' })
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'always' })

const UNITS: readonly { unit: Intl.RelativeTimeFormatUnit; seconds: number }[] = [
  { unit: 'year', seconds: 365 * 86_400 },
  { unit: 'month', seconds: 30 * 86_400 },
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
]

/** Up to here days are counted, for a few months are no measure: from then on months. */
const MOST_DAYS_SECONDS = 100 * 86_400

/** `24 Dec 2026, 10:00`, in the zone of whoever reads it. @param seconds - Since the epoch, as in all of these. */
export function exactTime(seconds: number): string {
  return exact.format(seconds * 1000)
}

/** With the day of the week and the name of the zone. */
export function completeTime(seconds: number): string {
  return complete.format(seconds * 1000)
}

/** `in 3 days`, to the nearest; `2 hours ago`, never more than have really passed; `just now`. */
export function relativeTime(seconds: number, now: number): string {
  const difference = seconds - now
  const units = Math.abs(difference) < MOST_DAYS_SECONDS ? UNITS.slice(2) : UNITS
  const found = units.find((one) => Math.abs(difference) >= one.seconds)
  if (!found) return difference <= 0 ? 'just now' : 'in less than a minute'
  const count = difference / found.seconds
  return relative.format(count > 0 ? Math.round(count) : Math.trunc(count), found.unit)
}

/** `2 hours`, `90 days`: how long something lasts. */
export function duration(seconds: number): string {
  const found = UNITS.slice(2).find((one) => seconds >= one.seconds && seconds % one.seconds === 0)
  const { unit, count } = found
    ? { unit: found.unit, count: seconds / found.seconds }
    : { unit: 'second', count: seconds }
  return new Intl.NumberFormat(LOCALE, { style: 'unit', unit, unitDisplay: 'long' }).format(count)
}

/** The value of an input of date and time: local time, without a zone. */
export function toLocalInput(seconds: number): string {
  const date = new Date(seconds * 1000)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** The end of the minute that an input of date and time shows; null as below. */
export function endOfLocalInput(text: string): number | null {
  const seconds = fromLocalInput(text)
  return seconds === null ? null : seconds - (seconds % 60) + 59
}

/** Null: nothing, or no time. */
export function fromLocalInput(text: string): number | null {
  const milliseconds = text === '' ? Number.NaN : new Date(text).getTime()
  return Number.isNaN(milliseconds) ? null : Math.floor(milliseconds / 1000)
}
