import type { BrowserContext } from 'playwright-core'
import type { Site } from './site.ts'

/** Logs somebody in anew, in another page of the same browser, by a link. */
export async function logInAgain(site: Site, context: BrowserContext, username: string): Promise<void> {
  const link = await site.test.porthor.loginLinks.create(username, [], 600)
  const page = await context.newPage()
  await page.goto(link.url)
  await page.getByRole('button', { name: /log in/i }).click()
  await page.waitForURL(/\/auth\/tokens$/)
}
