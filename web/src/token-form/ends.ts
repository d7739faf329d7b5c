import { fromLocalInput } from '../format/time.ts'

const DAY = 86_400

/** When a token is to end, as somebody chooses it. */
export interface End {
  /** Seconds from when the token is made, as text; `never`; `date`; `same`: as it is. */
  choice: string
  /** Value of an input of date and time, for `date`. */
  date: string
}

const PRESETS = [
  { value: String(DAY), label: 'In 1 day' },
  { value: String(7 * DAY), label: 'In 7 days' },
  { value: String(30 * DAY), label: 'In 30 days' },
  { value: String(90 * DAY), label: 'In 90 days' },
  { value: String(365 * DAY), label: 'In 1 year' },
]

/** @param maximum - Seconds; undefined: no limit, and tokens without an end are allowed. */
export function endChoices(maximum: number | undefined): { value: string; label: string }[] {
  const allowed = PRESETS.filter(({ value }) => maximum === undefined || Number(value) <= maximum)
  return [
    ...allowed,
    { value: 'date', label: 'At a date and time …' },
    ...(maximum === undefined ? [{ value: 'never', label: 'Never' }] : []),
  ]
}

/** Ninety days, or what is allowed. */
export function defaultEnd(maximum: number | undefined): End {
  const choices = endChoices(maximum)
  const wanted = choices.find(({ value }) => value === String(90 * DAY)) ?? choices.at(-2) ?? choices[0]
  return { choice: wanted?.value ?? 'date', date: '' }
}

/** @returns Seconds since the epoch; null: never; undefined: none has been chosen (yet). */
export function endSeconds({ choice, date }: End, now: number): number | null | undefined {
  if (choice === 'never') return null
  if (choice === 'same') return undefined
  if (choice === 'date') return fromLocalInput(date) ?? undefined
  return now + Number(choice)
}
