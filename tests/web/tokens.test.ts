import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { Token } from '../../src/models/token.ts'
import type { TokenData } from '../../src/models/token-data.ts'
import type { Site } from './site.ts'
import { BOTH_ENDS, onStages } from './suites.ts'

onStages(BOTH_ENDS, 'a person with tokens', (stage) => {
  it('makes one, sees its secret once, and the secret works', async () => {
    const { page, open } = await stage.visit('alice', ['read:all', 'exec:test'])
    await open('/')
    await page.getByRole('link', { name: 'New token' }).first().click()
    await page.getByRole('textbox', { name: 'Name' }).fill('laptop')
    await page.getByRole('checkbox', { name: 'read:all' }).check()
    // Described, and only what alice may give.
    await page.getByText('May read:all').waitFor()
    expect(await page.getByRole('checkbox', { name: 'admin:token' }).count()).toBe(0)
    await page.getByRole('combobox', { name: 'Ends' }).selectOption({ label: 'In 30 days' })
    await page.getByRole('textbox', { name: 'Note' }).fill('on my desk')
    await page.getByRole('button', { name: 'Make the token' }).click()

    await page.getByText('you will not see it again').waitFor()
    await page.getByRole('button', { name: 'Copy Token' }).click()
    await page.getByText('Token copied').waitFor()
    const secret: string = await page.evaluate('navigator.clipboard.readText()')
    await page.getByText(`curl -H 'Authorization: Bearer ${secret}'`).waitFor()
    await page.getByText(`export ACCESS_TOKEN='${secret}'`).waitFor()
    const answer = await fetch(`${stage.site.url}/auth/api/v1/token-info`, {
      headers: { authorization: `Bearer ${secret}` },
    })
    const info = (await answer.json()) as {
      token_name: string
      note: string
      created: number
      expires: number
    }
    expect(info).toMatchObject({ token_name: 'laptop', note: 'on my desk', scopes: ['read:all'] })
    expect(Math.abs(info.expires - info.created - 30 * 86_400)).toBeLessThan(120)

    await page.getByRole('link', { name: 'I have copied it' }).click()
    const row = page.getByRole('row', { name: /laptop/ })
    await row.getByText('on my desk').waitFor()
    await open('/')
    expect(await page.content()).not.toContain(Token.parse(secret).secret)
  })

  it('reads what is wrong with a new one at the field that it is about', async () => {
    const user = 'alice-two'
    await stage.site.newToken(user, [], { token_name: 'taken' })
    const { page, open } = await stage.visit(user)
    await open('/new?name=taken&expires=2001-01-01T00:00:00Z')
    await page.getByRole('button', { name: 'Make the token' }).click()
    // The browser's own check of the date comes first.
    await page.getByRole('combobox', { name: 'Ends' }).selectOption({ label: 'In 1 day' })
    await page.getByRole('button', { name: 'Make the token' }).click()
    const name = page.getByRole('textbox', { name: 'Name' })
    await page.locator('input[aria-invalid="true"]').waitFor()
    expect(await name.getAttribute('aria-invalid')).toBe('true')
    const described = (await name.getAttribute('aria-describedby')) ?? ''
    const texts = await Promise.all(
      described.split(/\s+/).map((id) => page.locator(`[id="${id}"]`).textContent()),
    )
    expect(texts.join(' ')).toMatch(/name/i)
  })

  it('has the form filled in by a link, but for scopes that they cannot give', async () => {
    const { page, open } = await stage.visit('bob', ['read:all'])
    await open('/new?name=ci&scopes=read:all,admin:token&expires=30d&note=for+builds', 'New token')
    await page.getByText('You cannot give: admin:token').waitFor()
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('ci')
    expect(await page.getByRole('checkbox', { name: 'read:all' }).isChecked()).toBe(true)
    expect(await page.getByRole('checkbox', { name: 'user:token' }).isChecked()).toBe(false)
    expect(await page.getByRole('textbox', { name: 'Note' }).inputValue()).toBe('for builds')
    expect(await page.getByLabel('Date and time').inputValue()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/)
  })

  it('sees them by kind, with what was derived as a tree, and when and from where each was used', async () => {
    const { laptop } = await familyOf(stage.site, 'carol')
    await fetch(`${stage.site.url}/auth/api/v1/token-info`, {
      headers: { authorization: `Bearer ${laptop}` },
    })
    const { porthor } = stage.site.test
    await expect
      .poll(async () => (await porthor.tokens.getOwnTokenInfo(laptop.key))?.lastUsed, { timeout: 30_000 })
      .not.toBeNull()

    const { page, open } = await stage.visit('carol')
    await open('/')
    const headings = page.getByRole('table', { name: 'Tokens' }).getByRole('heading')
    // A kind of which there turns out to be none is taken off again.
    await expect
      .poll(() => headings.allTextContents(), { timeout: 30_000 })
      .toEqual(['User tokens', 'Sessions', 'Notebook tokens', 'Internal tokens'])
    const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'laptop', exact: true }) })
    await row.getByText('from 127.0.0.1').waitFor()
    await row.getByRole('button', { name: 'What is below laptop' }).click()
    // Below its parent, and in its own group.
    const notebooks = page.getByRole('link', { name: 'Notebook token', exact: true })
    await expect.poll(() => notebooks.count(), { timeout: 30_000 }).toBe(2)
    await page.getByRole('button', { name: 'What is below Notebook token' }).first().click()
    await expect
      .poll(() => page.getByRole('link', { name: 'Internal token for tap' }).count(), { timeout: 30_000 })
      .toBeGreaterThanOrEqual(2)
  })

  it('searches, sorts and filters them, and finds the same again by the address', async () => {
    const { site } = stage
    for (const name of ['apple', 'banana', 'cherry']) await site.newToken('dora', [], { token_name: name })
    const { page, open } = await stage.visit('dora')
    await open('/')
    const names = () => page.locator('tr[data-kind="token"]').getByRole('link').allTextContents()
    await page.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'User tokens' })
    await page.getByRole('combobox', { name: 'Order' }).selectOption({ label: 'Name, Z to A' })
    await expect.poll(names, { timeout: 30_000 }).toEqual(['cherry', 'banana', 'apple'])
    await page.getByRole('searchbox', { name: 'Search' }).fill('an')
    await expect.poll(names, { timeout: 30_000 }).toEqual(['banana'])
    await page.reload()
    await expect.poll(names, { timeout: 30_000 }).toEqual(['banana'])
    await page.getByRole('searchbox', { name: 'Search' }).fill('nothing has this name')
    await page.getByText('Nothing matches').waitFor()
  })

  it('changes a name and a note, and takes a scope away', async () => {
    const { site } = stage
    const token = await site.newToken('emma', ['read:all', 'read:some'], { token_name: 'old name' })
    const { page, open } = await stage.visit('emma', ['read:all', 'read:some'])
    await open('/')
    await choose(page, 'old name', 'Edit …')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Name' }).fill('new name')
    await dialog.getByRole('textbox', { name: 'Note' }).fill('a note')
    await dialog.getByRole('checkbox', { name: 'read:some' }).uncheck()
    await dialog.getByRole('combobox', { name: 'Ends' }).selectOption({ label: 'In 7 days' })
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('link', { name: 'new name' }).waitFor()
    const info = await site.test.porthor.tokens.getOwnTokenInfo(token.key)
    expect(info).toMatchObject({ tokenName: 'new name', note: 'a note', scopes: ['read:all'] })
    expect(info?.expires).not.toBeNull()
  })

  it('gets a new secret, while the old one is accepted for a while', async () => {
    const { site } = stage
    const token = await site.newToken('fred', [], { token_name: 'laptop' })
    const { page, open } = await stage.visit('fred')
    await open('/')
    await choose(page, 'laptop', 'New secret …')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Make a new secret' }).click()
    await dialog.getByText('you will not see it again').waitFor()
    const rotated = Token.parse((await dialog.locator('code').first().textContent()) ?? '')
    expect(rotated.key).toBe(token.key)
    expect(rotated.secret).not.toBe(token.secret)
    expect([await statusWith(site, token), await statusWith(site, rotated)]).toEqual([200, 200])
  })

  it('is told what revoking would end, and then it ends', async () => {
    const { site } = stage
    const { laptop, notebook, internal } = await familyOf(site, 'gina')
    const { page, open } = await stage.visit('gina')
    await open('/')
    await choose(page, 'laptop', 'Revoke …')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('with 3 tokens that were derived from it').waitFor()
    expect((await dialog.getByRole('listitem').allTextContents()).toSorted()).toEqual([
      'Notebook tokens: 1',
      'tap: 2',
    ])
    expect(await statusWith(site, laptop)).toBe(200)
    await dialog.getByRole('button', { name: 'Revoke 4 tokens' }).click()
    await page.getByText('laptop was revoked').waitFor()
    for (const token of [laptop, notebook, internal]) expect(await statusWith(site, token)).toBe(401)
    await expect.poll(() => page.getByRole('link', { name: 'laptop', exact: true }).count()).toBe(0)
  })

  it('sees a token with its kin, and its history after its end', async () => {
    const { site } = stage
    const { laptop, notebook } = await familyOf(site, 'hans')
    const { page, open } = await stage.visit('hans')
    await open(`/id/${notebook.key}`, 'Notebook token')
    await page.getByRole('link', { name: 'laptop' }).first().click()
    await page.getByRole('heading', { level: 1, name: 'laptop' }).waitFor()
    const derived = page.getByRole('region', { name: 'Derived from it', exact: true })
    expect(await derived.getByRole('link').allTextContents()).toHaveLength(3)
    await page.getByRole('button', { name: 'Actions for laptop' }).click()
    await page.getByRole('menuitem', { name: 'Revoke …' }).click()
    await page.getByRole('button', { name: 'Revoke 4 tokens' }).click()
    await page.getByRole('heading', { level: 1, name: 'A token that has ended' }).waitFor()
    const history = page.getByRole('region', { name: /History/ })
    await history.getByText('hans revoked the user token laptop.').waitFor()
    await history
      .getByText('because a token that it was derived from ended', { exact: false })
      .first()
      .waitFor()
    expect(laptop.key).toBe(new URL(page.url()).pathname.split('/').at(-1))
  })

  it('reads the history in words, narrows it, and saves it as CSV and JSON', async () => {
    const { site } = stage
    await site.newToken('iris', ['read:all'], { token_name: 'laptop' })
    await site.newToken('iris', ['read:all'], { token_name: '=1+1' })
    const { page, open } = await stage.visit('iris')
    await open('/history')
    await page.getByText('The bootstrap token made the user token laptop.').waitFor()
    await page.getByText('iris made the session').waitFor()
    await page.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'User tokens' })
    await page.getByText('2 changes').waitFor()
    const csv = await downloaded(page, 'Save as CSV')
    expect(csv.split('\r\n')).toHaveLength(4)
    // What a spreadsheet would calculate is a text.
    expect(csv).toContain(",'=1+1,")
    const json = JSON.parse(await downloaded(page, 'Save as JSON')) as { token_name: string }[]
    expect(json.map((entry) => entry.token_name)).toEqual(['=1+1', 'laptop'])
    await page.getByRole('searchbox', { name: 'Address or network' }).fill('10.0.0.0/8')
    await page.getByText('No changes').waitFor()
    await page.getByRole('searchbox', { name: 'Address or network' }).fill('nonsense')
    await page.getByText('Not an IP address').waitFor()
    await page.getByRole('searchbox', { name: 'Address or network' }).fill('')
    await page.getByLabel('From').fill('2100-01-01T00:00')
    await page.getByText('No changes').waitFor()
  })
})

/** By the menu of its row. */
async function choose(page: Page, name: string, action: string): Promise<void> {
  await page
    .getByRole('button', { name: `Actions for ${name}` })
    .first()
    .click()
  await page.getByRole('menuitem', { name: action }).click()
  await page.getByRole('dialog').waitFor()
}

async function downloaded(page: Page, link: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: link }).click(),
  ])
  return readFile(await download.path(), 'utf8')
}

async function statusWith({ url }: Site, token: Token): Promise<number> {
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(`${url}/auth/api/v1/token-info`, { headers })).status
}

/** A laptop's token, a notebook's and tap's below it, and one of tap's below the notebook's. */
async function familyOf(site: Site, username: string) {
  const { delegation, verifier } = site.test.porthor
  const laptop = await site.newToken(username, ['user:token', 'read:all'], { token_name: 'laptop' })
  const verified = await verifier.verify(laptop)
  if (verified.kind !== 'valid') throw new Error('A new token is not valid')
  const below = (parent: TokenData) => ({ parent, ipAddress: null })
  const notebook = await delegation.getNotebookToken(below(verified.data))
  const internal = await delegation.getInternalToken(below(verified.data), 'tap', ['read:all'])
  await delegation.getInternalToken(below(notebook), 'tap', ['read:all'])
  return { laptop, notebook: notebook.token, internal: internal.token }
}
