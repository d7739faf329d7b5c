import { currentSeconds } from '../clock.ts'
import { toLocalInput } from '../format/time.ts'
import type { End } from '../token-form/ends.ts'

export interface Prefill {
  name: string
  note: string
  scopes: string[]
  end: End | null
}

/**
 * What a link wants the form to be filled in with: `?name=ci&scopes=read:all,exec:test&expires=30d&note=…`. `expires` is a
 * number of days (`30d`) or hours (`12h`), `never`, or a date and time of ISO 8601.
 */
export function readPrefill(parameters: URLSearchParams): Prefill {
  return {
    name: parameters.get('name') ?? '',
    note: parameters.get('note') ?? '',
    scopes: parameters
      .getAll('scopes')
      .flatMap((text) => text.split(/[\s,]+/))
      .filter((scope) => scope !== ''),
    end: readEnd(parameters.get('expires')),
  }
}

function readEnd(text: string | null): End | null {
  if (text === null) return null
  if (text === 'never') return { choice: 'never', date: '' }
  const lifetime = /^(\d{1,5})([hd])$/.exec(text)
  const milliseconds = lifetime
    ? 1000 * currentSeconds() + Number(lifetime[1]) * (lifetime[2] === 'd' ? 86_400_000 : 3_600_000)
    : Date.parse(text)
  if (Number.isNaN(milliseconds)) return null
  return { choice: 'date', date: toLocalInput(Math.floor(milliseconds / 1000)) }
}
