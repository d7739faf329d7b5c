import { type Browser, chromium } from 'playwright-core'
import { findProgram } from './programs.ts'

/** Names under which systems have it. */
const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome']

/** True, or why tests in a browser are left out. */
export function browserAvailable(): true | string {
  return findProgram(...PROGRAMS) ? true : 'chromium is not on the path; `npm run test:setup` may install it'
}

/** The system's Chromium, without a window. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = findProgram(...PROGRAMS)
  if (!executablePath) throw new Error('There is no Chromium')
  // Without a sandbox of its own, which it cannot make as root; memory of its own, for /dev/shm is small in containers.
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu']
  return chromium.launch({ executablePath, args, timeout: 60_000 })
}
