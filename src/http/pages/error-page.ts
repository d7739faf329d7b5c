import { PorthorError } from '../../models/errors.ts'
import { LoginError } from '../../models/login-errors.ts'
import type { Answer } from '../endpoint.ts'
import { type Html, html, trusted } from './html.ts'
import { page } from './page.ts'

export interface ErrorPageOptions {
  /** HTML of the operator's for the foot of the page; null: none. */
  footer: string | null
  /** Names the request in the log. */
  requestId: string
  /** Where to try again; null: nowhere. */
  retryUrl: string | null
}

/** What to do, by code; whatever is not here is for the administrators. */
const ADVICE: Readonly<Record<string, string>> = {
  no_scopes:
    'You are known, but belong to no group that may use this site. Ask the administrators to be added to one, then log in again.',
  cannot_authenticate: 'If you think that this is wrong, tell the administrators of this site.',
  not_enrolled: 'You have to register with this site first. Ask its administrators how.',
  invalid_login_state:
    'A login has to be finished in the browser that began it, within half an hour. Please start over.',
  provider_refused: 'Nothing has changed. You can try again, perhaps with another account.',
  invalid_return_url:
    'The link that brought you here leads to a place that does not belong to this site, so it was not followed.',
  invalid_csrf: 'The page that you came from was too old, or not of this site. Please go back and try again.',
  user_frozen: 'The account has been frozen. Ask the administrators of this site.',
  store_unavailable: 'This usually passes soon. Please try again in a minute.',
}

const SORRY =
  'This is not your fault. Please try again; if it stays so, tell the administrators, with the reference below.'

/** What a person sees of an error: what happened, what to do, and by what to ask about it. */
export function errorPage(error: unknown, options: ErrorPageOptions): Answer {
  const { status, title, sentence, detail, advice } = explain(error)
  const { footer, requestId, retryUrl } = options
  const main = html`<p>${sentence}</p>
<p><strong>Error:</strong> ${detail}</p>
<p>${advice}</p>
${retryUrl === null ? null : html`<p><a class="action" href="${retryUrl}">Try again</a></p>`}
<p class="soft">Reference: ${requestId}</p>
${footer === null ? null : html`<p>${trusted(footer)}</p>`}`
  return page({ status, title, main })
}

interface Explanation {
  status: number
  title: string
  sentence: string
  detail: string | Html
  advice: string
}

function explain(error: unknown): Explanation {
  if (error instanceof LoginError) {
    const { status, code, message, detail } = error
    return {
      status,
      title: 'Authentication error',
      sentence: 'You could not be logged in.',
      detail: detail === null ? message : `${message}: ${detail}`,
      advice: ADVICE[code] ?? SORRY,
    }
  }
  if (error instanceof PorthorError) {
    const { status, code, message } = error
    const title = status === 503 ? 'Not available at the moment' : 'This did not work'
    return {
      status,
      title,
      sentence: 'Nothing has been changed.',
      detail: message,
      advice: ADVICE[code] ?? SORRY,
    }
  }
  return {
    status: 500,
    title: 'Something went wrong',
    sentence: 'The server met an error that it did not expect.',
    detail: 'Internal Server Error',
    advice: SORRY,
  }
}
