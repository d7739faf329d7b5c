import type { Answer } from '../endpoint.ts'
import { headerSafe } from '../request-url.ts'

/**
 * Sends a browser on.
 *
 * @param status - 307 as the reference does; 303 after a form, so that its fields stay behind.
 */
export function redirect(url: string, status: 303 | 307 = 307): Answer {
  return { status, headers: { location: headerSafe(url), 'cache-control': 'no-cache, no-store' } }
}
