/** When this tab was last sent to the login: milliseconds. */
const KEPT = 'porthor-login-at'

/** Who comes back so soon without a session is not sent away again by itself: that might go round for ever. */
const SOON_MILLISECONDS = 15_000

/** So long another page may take to come, once somebody has asked for it. */
const ON_THE_WAY_MILLISECONDS = 10_000

let isLeaving = false
/** When another page was last asked for: milliseconds of the page's own clock. */
let askedForAnother = Number.NEGATIVE_INFINITY

window.addEventListener('beforeunload', () => {
  askedForAnother = performance.now()
})

/** Where the login is, from which one comes back to this very page. */
export function loginUrl(): string {
  return `/login?rd=${encodeURIComponent(window.location.href)}`
}

/**
 * Sends the tab to the login, unless it has just come from there, or another page is coming already: of a logout, what is still
 * asked in the meantime learns before its page has come.
 */
export function leaveForLogin(): void {
  if (isLeaving || isOnTheWay() || cameBackJustNow()) return
  isLeaving = true
  window.sessionStorage.setItem(KEPT, String(Date.now()))
  window.location.assign(loginUrl())
}

function isOnTheWay(): boolean {
  return performance.now() - askedForAnother < ON_THE_WAY_MILLISECONDS
}

/** Whether the tab was sent to the login a moment ago. */
export function cameBackJustNow(): boolean {
  const at = Number(window.sessionStorage.getItem(KEPT) ?? 0)
  return Date.now() - at < SOON_MILLISECONDS
}

/** A session is there: its end leads to the login again, however soon. */
export function noteLoggedIn(): void {
  window.sessionStorage.removeItem(KEPT)
}
