import { type Kysely, sql } from 'kysely'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { Database } from '../../src/storage/schema.ts'
import { accessibilityProblems } from '../support/accessibility.ts'
import { onStages } from './suites.ts'

/** What there is to see, by the path below /auth/tokens; each is looked at once all that it waits for has come. */
const PAGES = [
  '/',
  '/?search=nothing+has+this+name',
  '/new?name=ci&scopes=read:all',
  '/sessions',
  '/history',
  '/there-is-no-such-page',
  '/admin',
  '/admin/users',
  '/admin/users/alice',
  '/admin/tokens',
  '/admin/service-tokens',
  '/admin/administrators',
  '/admin/quotas',
  '/admin/audit',
  '/admin/history',
] as const

onStages(['embedded'], 'the page', (stage) => {
  it.each(['light', 'dark'] as const)(
    'has nothing that axe finds and nothing wider than a narrow screen, in %s colours, on any page',
    async (colorScheme) => {
      const { site } = stage
      const name = `a rather long name of a token in ${colorScheme} colours, up to the end`
      const token = await site.newToken('admin', ['read:all', 'user:token'], { token_name: name })
      await site.newToken('alice', ['read:all'], { token_name: `laptop ${colorScheme}` })
      await site.test.porthor.statistics.sample()
      const visit = await stage.visit('admin', ['admin:token', 'read:all'], { colorScheme, width: 360 })
      for (const path of [...PAGES, `/id/${token.key}`]) {
        await visit.open(path)
        await settled(visit.page)
        expect([path, await accessibilityProblems(visit.page)]).toEqual([path, []])
        expect([path, await widthOf(visit.page)]).toEqual([path, 360])
      }
    },
  )

  it('has nothing that axe finds in dialogs and menus, and on a wide screen', async () => {
    await stage.site.newToken('bob', ['read:all'], { token_name: 'laptop' })
    const { page, open } = await stage.visit('bob', ['read:all'])
    await open('/')
    for (const action of ['Edit …', 'New secret …', 'Revoke …']) {
      await page.getByRole('button', { name: 'Actions for laptop' }).click()
      await page.getByRole('menuitem', { name: action }).waitFor()
      expect(await accessibilityProblems(page)).toEqual([])
      await page.getByRole('menuitem', { name: action }).click()
      await page.getByRole('dialog').waitFor()
      await settled(page)
      expect([action, await accessibilityProblems(page)]).toEqual([action, []])
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
  })

  it('is used by the keyboard alone: a token is made, renamed and revoked', async () => {
    const { page, open } = await stage.visit('carol', ['read:all'])
    await open('/')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Skip to the contents')
    await tabTo(page, 'New token')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'New token' }).waitFor()
    // Whoever follows a link goes on reading at the title of the new page.
    await expect.poll(() => focused(page)).toBe('New token')
    await tabTo(page, 'Name')
    await page.keyboard.type('typed')
    await tabTo(page, 'read:all')
    await page.keyboard.press('Space')
    await tabTo(page, 'Note')
    await page.keyboard.type('by hand')
    await page.keyboard.press('Enter')
    await page.getByText('you will not see it again').waitFor()
    await tabTo(page, 'Copy Token')
    await page.keyboard.press('Enter')
    await page.getByText('Token copied').waitFor()
    await tabTo(page, 'I have copied it')
    await page.keyboard.press('Enter')

    await page.getByRole('link', { name: 'typed' }).waitFor()
    await tabTo(page, 'Actions for typed')
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Edit …' }).waitFor()
    await expect.poll(() => focused(page)).toBe('Edit …')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await expect.poll(() => focused(page)).toBe('Name')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('renamed')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'renamed' }).waitFor()

    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await tabTo(page, 'Actions for renamed')
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Revoke …' }).waitFor()
    await page.keyboard.press('ArrowUp')
    await expect.poll(() => focused(page)).toBe('Revoke …')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByText('Nothing was derived from it').waitFor()
    // Nobody revokes by pressing Enter once too often.
    await expect.poll(() => focused(page)).toBe('Cancel')
    await tabTo(page, 'Revoke')
    await page.keyboard.press('Enter')
    await page.getByText('renamed was revoked').waitFor()
  })

  it('is used by the keyboard alone: a user is found, frozen and unfrozen', async () => {
    await stage.site.newToken('ingrid', [])
    const { page, open } = await stage.visit('admin', ['admin:token'])
    await open('/')
    await tabTo(page, 'Administration')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    await tabTo(page, 'Users', { backwards: true })
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Users' }).waitFor()
    await tabTo(page, 'Begins with')
    await page.keyboard.type('ing')
    await expect.poll(() => page.getByRole('row').count(), { timeout: 30_000 }).toBe(2)
    await tabTo(page, 'ingrid')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'ingrid' }).waitFor()
    await tabTo(page, 'Freeze …')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await tabTo(page, 'Reason')
    await page.keyboard.type('lost')
    await tabTo(page, 'Freeze')
    await page.keyboard.press('Enter')
    await page.getByText('admin has frozen this user').waitFor()
    await tabTo(page, 'Unfreeze …')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await tabTo(page, 'Unfreeze')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Freeze …', exact: true }).waitFor()
  })

  it('keeps the keyboard in an open dialog, and gives it back where it was', async () => {
    await stage.site.newToken('dora', [], { token_name: 'laptop' })
    const { page, open } = await stage.visit('dora')
    await open('/')
    await page.getByRole('button', { name: 'Actions for laptop' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Revoke …' }).click()
    const dialog = page.getByRole('dialog', { name: 'Revoke laptop' })
    await dialog.waitFor()
    for (let times = 0; times < 8; times++) {
      await page.keyboard.press('Tab')
      expect(await dialog.locator(':focus').count()).toBe(1)
    }
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('Actions for laptop')
  })

  it('says that the server is away, and goes on when it is there again', async () => {
    const { page, open } = await stage.visit('emma')
    await open('/')
    await page.route('**/auth/api/v1/users/emma/sessions', (route) => route.abort())
    await page.getByRole('link', { name: 'Sessions' }).click()
    await page.getByRole('alert').getByText('The server cannot be reached').waitFor()
    await page.unroute('**/auth/api/v1/users/emma/sessions')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('this one').waitFor()
    await page.route('**/auth/api/v1/users/emma/token-change-history*', (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/json',
        body: JSON.stringify({ detail: { msg: 'The database does not answer', type: 'store_unavailable' } }),
      }),
    )
    await open('/history')
    await page.getByText('The database does not answer').waitFor()
  })

  it('jumps nowhere while it loads', async () => {
    for (let made = 0; made < 30; made++) await stage.site.newToken('frank', ['read:all'])
    const { page, open } = await stage.visit('frank')
    await open('/')
    await page.addInitScript(`
      window.jumps = 0
      new PerformanceObserver((list) => {
        for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.jumps += value
      }).observe({ type: 'layout-shift', buffered: true })
    `)
    await page.reload()
    await page
      .getByRole('link', { name: /^token / })
      .first()
      .waitFor()
    await settled(page)
    // What people do not notice, as browsers measure it (web.dev/cls).
    expect(await page.evaluate('window.jumps')).toBeLessThan(0.1)
  })

  it('stays quick with ten thousand tokens: it draws what is in view, and fetches pages', async () => {
    await manyTokens(stage.site.test.porthor.database.db, 'grace', 10_000)
    const { page, open } = await stage.visit('grace')
    await open('/')
    await page.getByText('10,001 tokens').waitFor()
    await page.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'User tokens' })
    await page.getByText('10,000 tokens').waitFor()
    await page.getByRole('link', { name: 'many 10000', exact: true }).waitFor()
    // Again and again to the end of what has been fetched, where more is fetched by itself.
    await expect
      .poll(
        async () => {
          await page.mouse.wheel(0, 20_000)
          return Number(await page.getByRole('row').nth(-2).getAttribute('aria-rowindex'))
        },
        { timeout: 60_000 },
      )
      .toBeGreaterThan(300)
    expect(await page.getByRole('row').count()).toBeLessThan(80)
    await page.getByRole('searchbox', { name: 'Search' }).fill('many 42')
    await page.getByText('111 tokens').waitFor()
  })
})

/** Until nothing is loading and nothing moves. */
async function settled(page: Page): Promise<void> {
  await expect.poll(() => page.locator('[aria-busy="true"]').count(), { timeout: 30_000 }).toBe(0)
}

/** The name of what has the keyboard. */
function focused(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    const element = document.activeElement
    const label = element.labels?.[0]?.textContent
    return (element.getAttribute('aria-label') ?? label ?? element.textContent ?? '').replace(' *', '').trim()
  })()`)
}

/** Presses Tab until something of this name has the keyboard. */
async function tabTo(page: Page, name: string, options: { backwards?: boolean } = {}): Promise<void> {
  for (let times = 0; times < 60; times++) {
    await page.keyboard.press(options.backwards ? 'Shift+Tab' : 'Tab')
    if ((await focused(page)) === name) return
  }
  throw new Error(`The Tab key does not come to ${name}`)
}

function widthOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth')
}

/** Rows alone, made by the database itself: what is listed is what it has. */
async function manyTokens(db: Kysely<Database>, username: string, count: number): Promise<void> {
  await sql`
    insert into token (token, username, token_type, token_name, scopes, created)
    select lpad(n::text, 22, 'A'), ${username}, 'user', 'many ' || n, 'read:all', now() at time zone 'UTC' + n * interval '1 ms'
    from generate_series(1, ${count}::int) n
  `.execute(db)
}
