import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import type { Config } from '../../src/config/index.ts'
import { browserAvailable, startBrowser } from '../support/chromium.ts'
import { porthorBackends } from '../support/porthor.ts'
import { openSite, type Site, type Visit, type VisitOptions } from './site.ts'

/** What a test in a browser has at hand. */
export interface Stage {
  /** Of the stores. */
  readonly name: string
  readonly site: Site
  readonly browser: Browser
  /** A person with a session and a browser of their own, closed after the test. */
  visit(username: string, scopes?: readonly string[], options?: VisitOptions): Promise<Visit>
  /** Lets the browsers have complained so far: the test has made them do so. */
  forgive(): void
}

/** Milliseconds; a test waits for several things, each for half a minute at most. */
export const TEST_TIMEOUT = 120_000

/**
 * Declares a suite for stores of these names, each with a server and a browser of its own. After each test no browser may
 * have complained: of an error in a script, or of something that the policy of the page forbids.
 */
export function onStages(
  names: readonly string[],
  what: string,
  suite: (stage: Stage) => void,
  config: Partial<Config> = {},
): void {
  for (const backend of porthorBackends.filter(({ name }) => names.includes(name))) {
    const isAvailable = backend.available === true && browserAvailable() === true
    describe.skipIf(!isAvailable)(`${backend.name}: ${what}`, { timeout: TEST_TIMEOUT }, () => {
      let site: Site
      let browser: Browser
      let visits: Visit[] = []
      // Used by one test after the other, with the page's files in its cache, which saves much time.
      let common: BrowserContext | undefined

      beforeAll(async () => {
        ;[site, browser] = await Promise.all([openSite(backend, config), startBrowser()])
      }, TEST_TIMEOUT)
      afterEach(async () => {
        const complaints = visits.flatMap((visit) => visit.complaints)
        await Promise.all(
          visits.map(({ context, page }) => (context === common ? leave(page) : context.close())),
        )
        visits = []
        expect(complaints).toEqual([])
      })
      afterAll(async () => {
        await browser?.close()
        await site?.close()
      })

      suite({
        name: backend.name,
        get site() {
          return site
        },
        get browser() {
          return browser
        },
        async visit(username, scopes, options) {
          const mayShare = !options && visits.length === 0
          const shared = mayShare && common ? { context: common } : options
          const visit = await site.logIn(browser, username, scopes, shared)
          if (mayShare) common = visit.context
          visits.push(visit)
          return visit
        },
        forgive() {
          for (const visit of visits) visit.complaints.length = 0
        },
      })
    })
  }
}

/** Closes all that was opened beside a page too, and forgets who had logged in. */
async function leave(page: Page): Promise<void> {
  const context = page.context()
  await Promise.all(context.pages().map((one) => one.close()))
  await context.clearCookies()
}

export const BOTH_ENDS = ['embedded', 'PostgreSQL with Redis'] as const
