import type { Answer } from '../endpoint.ts'
import { html } from './html.ts'
import { page } from './page.ts'

export interface ConfirmLogout {
  csrf: string
  /** As it was asked for; null: it was not. */
  returnUrl: string | null
  /** Where it leads in the end. */
  target: string
}

/** Asks before another site logs somebody out. */
export function confirmLogoutPage({ csrf, returnUrl, target }: ConfirmLogout): Answer {
  return page({
    status: 200,
    title: 'Log out?',
    main: html`<p>You came here from another site. Logging out ends this session and everything that was started with it: notebooks and services too.</p>
<form method="post">
<input type="hidden" name="csrf" value="${csrf}">
${returnUrl === null ? null : html`<input type="hidden" name="rd" value="${returnUrl}">`}
<button class="action" type="submit">Log out</button>
</form>`,
    formTargets: [new URL(target).origin],
  })
}

export function loggedOutPage({ loginUrl }: { loginUrl: string }): Answer {
  return page({
    status: 200,
    title: 'You are logged out',
    main: html`<p>This session and everything that was started with it has ended. Tokens that you made for scripts go on.</p>
<p><a class="action" href="${loginUrl}">Log in again</a></p>`,
  })
}
