import type { Answer } from '../endpoint.ts'
import { html } from './html.ts'
import { page } from './page.ts'

const PROVIDER_NAMES = { github: 'GitHub', oidc: 'your organization' }

/** How to log in, for whoever came without a place to go to. */
export function chooseLoginPage({ provider, url }: { provider: 'github' | 'oidc'; url: string }): Answer {
  return page({
    status: 200,
    title: 'Log in',
    main: html`<p>You are about to log in to see and manage your tokens.</p>
<p><a class="action" href="${url}">Log in with ${PROVIDER_NAMES[provider]}</a></p>
<p class="soft">If an administrator has given you a one-time login link, open that link instead.</p>`,
  })
}

/** How to log in where no provider is configured. */
export function localLoginPage(): Answer {
  return page({
    status: 200,
    title: 'Log in',
    main: html`<p>This site has no login provider. People log in with a one-time link.</p>
<p>Ask an administrator for one. Who runs this server makes it so, on the machine itself:</p>
<pre>porthor login-link USERNAME</pre>
<p class="soft">A link works once, and for ten minutes unless it was made otherwise.</p>`,
  })
}

/** Asks before a one-time link is used up. */
export function loginLinkPage({ username, csrf }: { username: string; csrf: string }): Answer {
  return page({
    status: 200,
    title: `Log in as ${username}?`,
    main: html`<p>This link works once. It opens a session for <strong>${username}</strong> in this browser.</p>
<form method="post">
<input type="hidden" name="csrf" value="${csrf}">
<button class="action" type="submit">Log in as ${username}</button>
</form>`,
  })
}

export function unusableLinkPage(): Answer {
  return page({
    status: 404,
    title: 'This link cannot be used',
    main: html`<p>It was used already, it is too old, or it is not complete.</p>
<p>Ask whoever gave it to you for a new one. Who runs this server makes it so, on the machine itself:</p>
<pre>porthor login-link USERNAME</pre>`,
  })
}
