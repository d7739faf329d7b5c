import { type Kysely, sql } from 'kysely'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { Database } from '../../src/storage/schema.ts'
import { accessibilityProblems } from '../support/accessibility.ts'
import { openStores } from '../support/stores.ts'
import { dialogHasKeyboard, focused, tabTo } from './keyboard.ts'
import { everyPage, knownRoutes, routesOfTheRouter } from './pages.ts'
import { BOTH_ENDS, onStages } from './suites.ts'

/**
 * Widths and colours in which every page is looked at: all four, two with each store, since looking takes most of the time
 * and stores do not show.
 */
const LOOKS: Record<string, readonly Look[]> = {
  embedded: [
    { width: 360, colorScheme: 'light' },
    { width: 1280, colorScheme: 'dark' },
  ],
  'PostgreSQL with Redis': [
    { width: 360, colorScheme: 'dark' },
    { width: 1280, colorScheme: 'light' },
  ],
}

interface Look {
  width: number
  colorScheme: 'light' | 'dark'
}

it('every route of the page is among those that are looked at', async () => {
  const routes = await routesOfTheRouter()
  expect(routes.length).toBeGreaterThan(10)
  expect(routes.toSorted()).toEqual(knownRoutes.toSorted())
})

onStages(BOTH_ENDS, 'the page', (stage) => {
  const looks = LOOKS[stage.name] ?? []
  /** A dialog takes all of a narrow screen, and less of a wide one: it is looked at where there is less room. */
  const narrowLooks = looks.filter(({ width }) => width === 360)

  /** Nothing that axe finds, and nothing to the right of the screen. */
  const looksWell = async (page: Page, what: string, from: readonly Look[] = narrowLooks) => {
    for (const look of from) {
      await page.setViewportSize({ width: look.width, height: 900 })
      await page.emulateMedia({ colorScheme: look.colorScheme })
      await page.locator(`html[data-mantine-color-scheme="${look.colorScheme}"]`).waitFor()
      // Colours that are on their way to others are not judged.
      await expect.poll(() => page.evaluate(MOVING), { timeout: 30_000 }).toBe(0)
      const found = { problems: await accessibilityProblems(page), width: await widthOf(page) }
      expect([what, look, found]).toEqual([what, look, { problems: [], width: look.width }])
    }
  }

  /** The dialog that opens; it is closed then. */
  const looksWellInDialog = async (page: Page, what: string) => {
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    await settled(page)
    await looksWell(page, what)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  }

  it('has nothing that axe finds and nothing wider than the screen, narrow or wide, light or dark, on any page', async () => {
    const { site } = stage
    const token_name = 'a rather long name of a token, which goes on, up to the end'
    const own = await site.newToken('admin', ['read:all', 'user:token'], { token_name })
    const { key } = await site.newToken('alice', ['read:all'], { token_name: 'laptop' })
    await site.newToken('bot-ci', ['read:all'], { token_type: 'service' })
    await site.api('PUT', '/quota-overrides', {
      groups: { g_users: { api: { tap: 1 } } },
      bypass: ['g_admins'],
    })
    await site.test.porthor.statistics.sample()
    const { page, open } = await stage.visit('admin', ['admin:token', 'read:all'], { width: 360 })
    for (const path of everyPage({ username: 'alice', ownKey: own.key, key })) {
      await open(path)
      await settled(page)
      await looksWell(page, path, looks)
    }
  })

  it('has nothing that axe finds in any dialog or menu of a token', async () => {
    await stage.site.newToken('bob', ['read:all'], { token_name: 'laptop' })
    const { page, open } = await stage.visit('bob', ['read:all'], { width: 360 })
    await open('/')
    await page.getByRole('button', { name: 'Actions for laptop' }).click()
    await page.getByRole('menuitem', { name: 'Edit …' }).waitFor()
    await looksWell(page, 'the menu')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Colours' }).click()
    await page.getByRole('menuitemradio', { name: 'As the system', checked: true }).waitFor()
    await looksWell(page, 'the menu of colours')
    await page.keyboard.press('Escape')
    for (const action of ['Edit …', 'New secret …', 'Revoke …']) {
      await page.getByRole('button', { name: 'Actions for laptop' }).click()
      await page.getByRole('menuitem', { name: action }).click()
      await looksWellInDialog(page, action)
    }
    await page.getByRole('button', { name: 'Actions for laptop' }).click()
    await page.getByRole('menuitem', { name: 'New secret …' }).click()
    await page.getByRole('button', { name: 'Make a new secret' }).click()
    await page.getByText('you will not see it again').waitFor()
    await looksWell(page, 'a new secret')
    await page.getByRole('button', { name: 'I have copied it' }).click()
    await open('/sessions')
    await page.getByRole('button', { name: 'End all …' }).click()
    await looksWellInDialog(page, 'End all …')
  })

  it('has nothing that axe finds in any dialog of an administrator', async () => {
    const { site } = stage
    const token = await site.newToken('fiona', [])
    await openStores(site.test).remove(token.key)
    await site.api('PUT', '/quota-overrides', { bypass: ['g_admins'] })
    const { page, open } = await stage.visit('admin', ['admin:token'], { width: 360 })
    const lookAt = async (button: string) => {
      await page.getByRole('button', { name: button, exact: true }).click()
      await looksWellInDialog(page, button)
    }
    await open('/admin/users/fiona')
    await lookAt('Revoke all …')
    await lookAt('Freeze …')
    await site.api('POST', '/users/fiona/freeze', { reason: 'lost' })
    await page.reload()
    await lookAt('Unfreeze …')
    await open('/admin/administrators')
    await lookAt('Remove admin')
    await open('/admin/quotas')
    await lookAt('Remove all overrides …')
    await open('/admin/service-tokens')
    await page.getByRole('button', { name: 'New service token' }).click()
    await page.getByRole('textbox', { name: 'User' }).waitFor()
    await looksWell(page, 'New service token')
    await open('/admin/audit')
    await page.getByRole('button', { name: 'Compare the stores' }).click()
    await page.getByRole('button', { name: `Repair ${token.key}` }).waitFor()
    await settled(page)
    await looksWell(page, 'the findings')
    await lookAt(`Repair ${token.key}`)
    await lookAt('Repair all …')
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
    await dialogHasKeyboard(page)
    await expect.poll(() => focused(page)).toBe('Name')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('renamed')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'renamed' }).waitFor()

    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await tabTo(page, 'Actions for renamed')
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Revoke …' }).waitFor()
    // The menu has the keyboard a moment after it is seen.
    await expect.poll(() => focused(page)).toBe('Edit …')
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
    await dialogHasKeyboard(page)
    await tabTo(page, 'Reason')
    await page.keyboard.type('lost')
    await tabTo(page, 'Freeze')
    await page.keyboard.press('Enter')
    await page.getByText('admin has frozen this user').waitFor()
    await tabTo(page, 'Unfreeze …')
    await page.keyboard.press('Enter')
    await dialogHasKeyboard(page)
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

  it('says in order that the server is away where not even the session is known', async () => {
    const { page } = await stage.visit('frieda')
    await page.route('**/auth/api/v1/session', (route) => route.abort())
    await page.goto(`${stage.site.url}/auth/tokens`)
    await page.getByRole('alert').getByText('The server cannot be reached').waitFor()
    await looksWell(page, 'the server away')
    await page.unroute('**/auth/api/v1/session')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { level: 1, name: 'Your tokens' }).waitFor()
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

const MOVING = `document.getAnimations().filter(({ playState }) => playState === 'running').length`

/** Until nothing is loading and nothing moves. */
async function settled(page: Page): Promise<void> {
  await expect.poll(() => page.locator('[aria-busy="true"]').count(), { timeout: 30_000 }).toBe(0)
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
