/** Makes the pictures of the page in docs/images, of people and tokens that are made up: `npm run screenshots`. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TokenData } from '../src/models/token-data.ts'
import { startBrowser } from '../tests/support/chromium.ts'
import { porthorBackends } from '../tests/support/porthor.ts'
import { openSite, type Site, type Visit } from '../tests/web/site.ts'

const folder = fileURLToPath(new URL('../docs/images', import.meta.url))
const DAY = 86_400
const SCOPES = [
  { name: 'admin:token', description: 'Look after the tokens of all users' },
  { name: 'exec:notebook', description: 'Start notebooks and run code in them' },
  { name: 'read:image', description: 'Read images' },
  { name: 'read:tap', description: 'Query catalogues' },
  { name: 'user:token', description: 'Make and change one’s own tokens' },
  { name: 'write:files', description: 'Write files into one’s own space' },
]

const [backend] = porthorBackends
if (!backend) throw new Error('There is no embedded backend')
const site = await openSite(backend, { knownScopes: SCOPES })
const browser = await startBrowser()

try {
  await mkdir(folder, { recursive: true })
  // An hour ago.
  site.test.advance(-3_660)
  const laptop = await fill(site)
  const size = { width: 1100, height: 720 }
  const alice = await site.logIn(browser, 'alice', ['read:image', 'read:tap', 'write:files'], size)
  await alice.open('/')
  await alice.page.getByRole('button', { name: 'What is below laptop' }).click()
  await picture(alice, 'tokens')
  await alice.open('/new?name=nightly+script&scopes=read:tap&note=on+the+build+machine')
  await picture(alice, 'new-token')
  await alice.open(`/id/${laptop}`)
  await alice.page.getByRole('button', { name: 'Actions for laptop' }).click()
  await alice.page.getByRole('menuitem', { name: 'Revoke …' }).click()
  await alice.page.getByText('derived from it. This cannot be undone').waitFor()
  await picture(alice, 'revoke')

  const admin = await site.logIn(browser, 'admin', ['admin:token'], { ...size, colorScheme: 'dark' })
  await admin.open('/admin')
  await admin.page.getByRole('table').first().waitFor()
  await picture(admin, 'overview')
  const narrow = await site.logIn(browser, 'alice', ['read:tap'], { width: 390, height: 720 })
  await narrow.open('/history')
  await picture(narrow, 'history')
} finally {
  await browser.close()
  await site.close()
}

async function picture({ page }: Visit, name: string): Promise<void> {
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' })
  await page.mouse.move(0, 0)
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' })
}

/** @returns The key of a token from which others were derived. */
async function fill(site: Site): Promise<string> {
  const { delegation, verifier, clock } = site.test.porthor
  const now = Math.floor(clock.milliseconds() / 1000)
  const make = (token_name: string, scopes: string[], days: number, note?: string) =>
    site.newToken('alice', scopes, { token_name, expires: now + days * DAY, ...(note && { note }) })
  await make('build server', ['read:image'], 6)
  await make('dashboard', ['read:tap', 'read:image'], 200, 'the screen in the corridor')
  const laptop = await make('laptop', ['exec:notebook', 'read:image', 'read:tap', 'user:token'], 89)
  const verified = await verifier.verify(laptop)
  if (verified.kind !== 'valid') throw new Error('A new token is not valid')
  const below = (parent: TokenData) => ({ parent, ipAddress: null })
  const notebook = await delegation.getNotebookToken(below(verified.data))
  for (const service of ['tap', 'images'])
    await delegation.getInternalToken(below(notebook), service, ['read:tap'])
  await delegation.getInternalToken(below(verified.data), 'tap', ['read:tap'])
  for (const user of ['bob', 'carol', 'dora']) await site.newToken(user, ['read:tap'])
  await site.newToken('bot-archive', ['read:image'], { token_type: 'service' })
  await workOfAnHour(site, laptop.toString())
  return laptop.key
}

/** Lets the clock run through an hour in which the gate is asked, more and more and then less. */
async function workOfAnHour(site: Site, token: string): Promise<void> {
  const { statistics, clock } = site.test.porthor
  site.test.advance(61 - (Math.floor(clock.milliseconds() / 1000) % 60))
  for (let minute = 0; minute < 60; minute++) {
    const asked = Math.round(20 + 15 * Math.sin(minute / 8) + 6 * Math.sin(minute * 1.7))
    for (let count = 0; count < asked; count++)
      await ask(site, count % 9 === 0 ? null : token, count % 13 === 0)
    await statistics.sample()
    site.test.advance(60)
  }
}

async function ask(site: Site, token: string | null, tooMuch: boolean): Promise<void> {
  const known = token ?? `gt-${'A'.repeat(22)}.${'A'.repeat(22)}`
  const headers = {
    authorization: `Bearer ${known}`,
    'x-original-url': 'https://example.com/',
    'x-original-method': 'GET',
  }
  const scope = tooMuch ? 'admin:token' : 'read:tap'
  await site.app.inject({ url: `/ingress/auth?scope=${scope}`, headers })
}
