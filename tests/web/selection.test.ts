import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { Token } from '../../src/models/token.ts'
import type { TokenData } from '../../src/models/token-data.ts'
import { accessibilityProblems } from '../support/accessibility.ts'
import type { Site } from './site.ts'
import { BOTH_ENDS, onStages } from './suites.ts'

onStages(BOTH_ENDS, 'a person who picks several tokens', (stage) => {
  it('is told what revoking them would end, by service, and then all of it ends at once', async () => {
    const { site } = stage
    const laptop = await site.newToken('alice', ['read:all'], { token_name: 'laptop' })
    const desktop = await site.newToken('alice', ['read:all'], { token_name: 'desktop' })
    const kept = await site.newToken('alice', ['read:all'], { token_name: 'kept' })
    const below = [await internal(site, laptop, 'tap'), await internal(site, desktop, 'tap')]
    await internal(site, desktop, 'images')
    const { page, open } = await stage.visit('alice')
    await open('/')
    await page.getByRole('checkbox', { name: 'Select laptop' }).check()
    await page.getByRole('checkbox', { name: 'Select desktop' }).check()
    await page.getByRole('status').filter({ hasText: '2 selected' }).waitFor()
    const requests = revocationsAsked(page)
    await page.getByRole('button', { name: 'Revoke 2 selected …' }).click()
    const dialog = page.getByRole('dialog', { name: 'Revoke 2 tokens' })
    await dialog.getByText('with 3 tokens that were derived from them').waitFor()
    const lines = await dialog.getByRole('listitem').allTextContents()
    expect(lines.toSorted()).toEqual(['desktop', 'images: 1', 'laptop', 'tap: 2'])
    expect(await validOf(site, [laptop, desktop, ...below])).toEqual([true, true, true, true])
    expect(requests).toEqual([])

    await dialog.getByRole('button', { name: 'Revoke 5 tokens' }).click()
    await page.getByText('2 tokens were revoked').waitFor()
    expect(requests).toHaveLength(1)
    expect(await validOf(site, [laptop, desktop, ...below, kept])).toEqual([false, false, false, false, true])
    await expect.poll(() => page.getByRole('link', { name: 'laptop' }).count()).toBe(0)
    await page.getByRole('link', { name: 'kept' }).waitFor()
    await page.getByRole('button', { name: 'Revoke selected …' }).waitFor()
  })

  it('counts what was derived from another of them once', async () => {
    const { site } = stage
    const laptop = await site.newToken('bob', ['read:all'], { token_name: 'laptop' })
    await internal(site, laptop, 'tap')
    const { page, open } = await stage.visit('bob')
    await open('/')
    await page.getByRole('checkbox', { name: 'Select laptop' }).check()
    // It stands below its parent too, where it is picked as well.
    await page.getByRole('checkbox', { name: 'Select Internal token for tap' }).check()
    await page.getByRole('button', { name: 'What is below laptop' }).click()
    const both = page.getByRole('checkbox', { name: 'Select Internal token for tap' })
    await expect.poll(() => both.count(), { timeout: 30_000 }).toBe(2)
    expect(await both.first().isChecked()).toBe(true)
    await page.getByRole('button', { name: 'Revoke 2 selected …' }).click()
    await page.getByRole('dialog').getByText('Nothing else was derived from them').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke 2 tokens' }).click()
    await page.getByText('2 tokens were revoked').waitFor()
    await page.getByRole('status').filter({ hasText: '1 token' }).waitFor()
  })

  it('picks all that are shown, and no others', async () => {
    const { site } = stage
    for (const name of ['ci one', 'ci two', 'other']) await site.newToken('carol', [], { token_name: name })
    const { page, open } = await stage.visit('carol')
    await open('/')
    await page.getByRole('checkbox', { name: 'Select other' }).check()
    await page.getByRole('searchbox', { name: 'Search' }).fill('ci')
    await page.getByText('2 tokens').waitFor()
    // What is not shown is not picked any more.
    await page.getByRole('button', { name: 'Revoke selected …' }).waitFor()
    const all = page.getByRole('checkbox', { name: 'Select all shown' })
    await all.check()
    await page.getByRole('status').filter({ hasText: '2 tokens, 2 selected' }).waitFor()
    await all.uncheck()
    await page.getByRole('button', { name: 'Revoke selected …' }).waitFor()
    await all.check()
    await page.getByRole('button', { name: 'Revoke 2 selected …' }).click()
    await page.getByRole('button', { name: 'Revoke 2 tokens' }).click()
    await page.getByText('Nothing matches').waitFor()
    await page.getByRole('searchbox', { name: 'Search' }).fill('')
    await page.getByRole('link', { name: 'other' }).waitFor()
  })

  it('reads which of them have ended meanwhile, each by its name', async () => {
    const { site } = stage
    const names = ['one', 'two', 'three']
    const make = (token_name: string) => site.newToken('dora', ['user:token'], { token_name })
    const [one, two, three] = [await make('one'), await make('two'), await make('three')]
    const { page, open } = await stage.visit('dora')
    await open('/')
    for (const name of names) await page.getByRole('checkbox', { name: `Select ${name}` }).check()
    await endItself(site, 'dora', one)
    await page.getByRole('button', { name: 'Revoke 3 selected …' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('one, has ended already').waitFor()
    await endItself(site, 'dora', two)
    await dialog.getByRole('button', { name: 'Revoke 2 tokens' }).click()
    const alert = page.getByRole('dialog', { name: 'Not all were revoked' }).getByRole('alert')
    await alert.waitFor()
    expect((await alert.getByRole('listitem').allTextContents()).toSorted()).toEqual([
      'one: It has ended already',
      'two: It has ended already',
    ])
    expect(await validOf(site, [three])).toEqual([false])
    await page.getByRole('button', { name: 'Close', exact: true }).last().click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  it('reads what the API has against one of them, while the others end', async () => {
    const { site } = stage
    const one = await site.newToken('emma', [], { token_name: 'one' })
    const two = await site.newToken('emma', [], { token_name: 'two' })
    const { page, open } = await stage.visit('emma')
    await open('/')
    const isRefused = (body: string | null) => body?.includes(one.key) ?? false
    await page.route('**/tokens/revoke', (route) =>
      isRefused(route.request().postData())
        ? route.fulfill({
            status: 409,
            contentType: 'application/json',
            body: JSON.stringify({ detail: { msg: 'Somebody is changing it', type: 'conflict' } }),
          })
        : route.continue(),
    )
    for (const name of ['one', 'two']) await page.getByRole('checkbox', { name: `Select ${name}` }).check()
    await page.getByRole('button', { name: 'Revoke 2 selected …' }).click()
    await page.getByRole('button', { name: 'Revoke 2 tokens' }).click()
    await page.getByRole('alert').getByText('one: Somebody is changing it').waitFor()
    expect(await validOf(site, [one, two])).toEqual([true, false])
    await page.unroute('**/tokens/revoke')
    await page.getByRole('button', { name: 'Close', exact: true }).last().click()
    // It is still picked: the rest is one more press away.
    await page.getByRole('button', { name: 'Revoke 1 selected …' }).waitFor()
  })

  it('does it by the keyboard alone on a narrow screen, where axe finds nothing', async () => {
    const { site } = stage
    for (const token_name of ['first', 'second']) await site.newToken('frank', [], { token_name })
    const { page, open } = await stage.visit('frank', [], { width: 360 })
    await open('/?kind=user&sort=token_name')
    await page.getByText('2 tokens').waitFor()
    await tabTo(page, 'Select all shown')
    await page.keyboard.press('Space')
    await page.getByText('2 tokens, 2 selected').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    await tabTo(page, 'Select second')
    await page.keyboard.press('Space')
    await tabTo(page, 'Revoke 1 selected …', 'Shift+Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByText('Nothing was derived from it').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toBe('Revoke 1 selected …')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByText('Nothing was derived from it').waitFor()
    await expect.poll(() => focused(page)).toBe('Cancel')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('first was revoked').waitFor()
    await expect.poll(() => focused(page)).toBe('Revoke selected …')
  })
})

onStages(BOTH_ENDS, 'an administrator who picks tokens of several users', (stage) => {
  it('revokes them at once, and ends the session in use last', async () => {
    const { site } = stage
    const older = await site.newToken('ivan', [], { token_name: 'older than the session' })
    site.test.advance(2)
    const tokens = [
      await site.newToken('grace', [], { token_name: 'shared name' }),
      await site.newToken('heidi', [], { token_name: 'shared name' }),
    ]
    const { page, open } = await stage.visit('admin', ['admin:token'])
    await open('/admin/tokens?name=shared')
    await page.getByText('2 tokens').waitFor()
    await page.getByRole('checkbox', { name: 'Select all shown' }).check()
    await page.getByRole('button', { name: 'Revoke 2 selected …' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Nothing else was derived from them').waitFor()
    expect((await dialog.getByRole('listitem').allTextContents()).toSorted()).toEqual([
      'shared name of grace',
      'shared name of heidi',
    ])
    await dialog.getByRole('button', { name: 'Revoke 2 tokens' }).click()
    await page.getByText('2 tokens were revoked').waitFor()
    expect(await validOf(site, tokens)).toEqual([false, false])

    // The newest is the first: of those after the session's end nothing would come.
    await open('/admin/tokens')
    await page.getByRole('link', { name: 'older than the session' }).waitFor()
    await page.getByRole('checkbox', { name: 'Select all shown' }).check()
    await page.getByRole('button', { name: /^Revoke \d+ selected/ }).click()
    await page.getByText('This ends the session that you are using').waitFor()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Revoke \d/ })
      .click()
    await page.waitForURL(/\/login\?rd=/)
    expect(await validOf(site, [older])).toEqual([false])
  })
})

async function internal(site: Site, parent: Token, service: string): Promise<Token> {
  const { verifier, delegation } = site.test.porthor
  const verified = await verifier.verify(parent)
  if (verified.kind !== 'valid') throw new Error('A new token is not valid')
  const data: TokenData = verified.data
  return (await delegation.getInternalToken({ parent: data, ipAddress: null }, service, ['read:all'])).token
}

/** A token ends behind the page's back. */
async function endItself({ url }: Site, username: string, token: Token): Promise<void> {
  const answer = await fetch(`${url}/auth/api/v1/users/${username}/tokens/${token.key}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${token}` },
  })
  expect(answer.status).toBe(204)
}

async function validOf(site: Site, tokens: readonly Token[]): Promise<boolean[]> {
  const verified = await Promise.all(tokens.map((token) => site.test.porthor.verifier.verify(token)))
  return verified.map(({ kind }) => kind === 'valid')
}

/** The requests to revoke something from now on, as they are made. */
function revocationsAsked(page: Page): string[] {
  const urls: string[] = []
  page.on('request', (request) => {
    if (request.method() !== 'GET') urls.push(`${request.method()} ${new URL(request.url()).pathname}`)
  })
  return urls
}

/** The name of what has the keyboard. */
function focused(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    const element = document.activeElement
    return (element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent ?? '').trim()
  })()`)
}

async function tabTo(page: Page, name: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let times = 0; times < 40; times++) {
    await page.keyboard.press(key)
    if ((await focused(page)) === name) return
  }
  throw new Error(`The Tab key does not come to ${name}`)
}
