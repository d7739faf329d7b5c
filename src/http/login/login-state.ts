import type { Clock } from '../../models/clock.ts'
import { LoginStateError } from '../../models/login-errors.ts'
import { equalSecrets } from '../../models/token.ts'
import type { SessionState } from '../session-cookie.ts'

/** How long a login may take: time enough for a forgotten password, in milliseconds. */
const LIFETIME_MILLISECONDS = 30 * 60 * 1000
/** Another tab goes on with a login that is younger than this: half an hour is not over before somebody has logged in. */
const SHARED_MILLISECONDS = LIFETIME_MILLISECONDS / 2

/** The state of a login that was begun no longer ago than that; null: there is none. */
function pendingState(
  { state, loginStart }: SessionState,
  clock: Clock,
  milliseconds: number,
): string | null {
  if (state === undefined || loginStart === undefined) return null
  const age = clock.milliseconds() - Date.parse(loginStart)
  return age >= 0 && age <= milliseconds ? state : null
}

/** Begins a login, or goes on with the one that another tab has begun (spec/cookies-and-sessions.md §5). */
export function beginLogin(
  session: SessionState,
  { returnUrl, newState, clock }: { returnUrl: string; newState: () => string; clock: Clock },
): string {
  const pending = pendingState(session, clock, SHARED_MILLISECONDS)
  session.returnUrl = returnUrl
  if (pending !== null) return pending
  session.state = newState()
  session.loginStart = startText(clock.milliseconds())
  return session.state
}

/**
 * Checks that the provider's return belongs to this browser's login.
 *
 * @returns The state, and where the person wanted to go.
 * @throws {LoginStateError}
 */
export function finishLogin(
  session: SessionState,
  state: string,
  clock: Clock,
): { state: string; returnUrl: string } {
  const { returnUrl, state: begun } = session
  if (begun === undefined || !equalSecrets(begun, state)) {
    throw new LoginStateError('Authentication state mismatch, please start over')
  }
  if (returnUrl === undefined) {
    throw new LoginStateError('Invalid state: return_url not present in cookie')
  }
  if (pendingState(session, clock, LIFETIME_MILLISECONDS) === null) {
    throw new LoginStateError('The login took too long, please start over')
  }
  return { state, returnUrl }
}

/** Whether it came to something or not, this login is over; a session that was there before goes on. */
export function endLogin(session: SessionState): void {
  delete session.state
  delete session.returnUrl
  delete session.loginStart
}

/** ISO 8601, UTC, in microseconds unless they are zero, as the reference writes it. */
function startText(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString()
  return text.endsWith('.000Z') ? text.replace('.000Z', 'Z') : text.replace('Z', '000Z')
}
