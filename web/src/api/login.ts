/** When this tab was last sent to the login: milliseconds. */
const KEPT = 'porthor-login-at'

/** Who comes back so soon without a session is not sent away again by itself: that might go round for ever. */
const SOON_MILLISECONDS = 15_000

let isLeaving = false

/** Where the login is, from which one comes back to this very page. */
export function loginUrl(): string {
  return `/login?rd=${encodeURIComponent(window.location.href)}`
}

/** Sends the tab to the login, unless it has just come from there. */
export function leaveForLogin(): void {
  if (isLeaving || cameBackJustNow()) return
  isLeaving = true
  window.sessionStorage.setItem(KEPT, String(Date.now()))
  window.location.assign(loginUrl())
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
