import { duration, fromLocalInput } from '../format/time.ts'

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

const DATE = { value: 'date', label: 'At a date and time …' }

/** The clocks of the browser and of the server differ: so much is left of the longest life, in seconds. */
const SLACK_SECONDS = 60

export interface EndChoice {
  value: string
  label: string
}

/** @param maximum - Seconds; undefined: no limit, and tokens without an end are allowed. */
export function endChoices(maximum: number | undefined): EndChoice[] {
  if (maximum === undefined) return [...PRESETS, DATE, { value: 'never', label: 'Never' }]
  const longest = maximum - SLACK_SECONDS
  const last = longest > 0 ? [{ value: String(longest), label: `In ${duration(maximum)}, the longest` }] : []
  return [...presetsBelow(maximum), ...last, DATE]
}

/** Of a token that ends in so many seconds, to be ended earlier. */
export function earlierChoices(left: number): EndChoice[] {
  return [...presetsBelow(left), DATE]
}

function presetsBelow(seconds: number): EndChoice[] {
  return PRESETS.filter(({ value }) => Number(value) < seconds)
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
