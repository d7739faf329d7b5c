import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { SESSION_COOKIE_NAME } from '../../src/http/session-cookie.ts'
import { bareUserInfo } from '../../src/models/token-data.ts'
import { everyPage } from './pages.ts'
import { BOTH_ENDS, onStages, type Stage } from './suites.ts'

/** Each sets `stolen` where a page takes it for more than a text. */
const SCRIPT = '<script>window.stolen=1</script>'
const IMAGE = '<img src=x onerror="window.stolen=1">'
const BREAKOUT = `"'><svg onload=window.stolen=1>`
const LINK = 'javascript:window.stolen=1'

const DESCRIPTION = `<img src=x onerror="window.stolen='scope'">`
const knownScopes = ['admin:token', 'admin:userinfo', 'exec:test', 'read:all', 'read:some', 'user:token'].map(
  (name) => ({ name, description: `${name} ${DESCRIPTION}` }),
)

const suite = (stage: Stage) => {
  it('are texts everywhere: names, notes, groups, reasons and browsers', async () => {
    const { site } = stage
    const names = [SCRIPT, IMAGE, BREAKOUT, LINK, '{{constructor}}', '‮gnp.exe']
    for (const token_name of names) {
      await site.newToken('mallory', ['read:all'], { token_name, note: `${token_name} ${IMAGE}` })
    }
    const frozen = await site.api('POST', '/users/trent/freeze', { reason: IMAGE })
    expect(frozen.status).toBe(204)
    const quota = { api: { [IMAGE]: 1 } }
    const set = await site.api('PUT', '/quota-overrides', { groups: { [SCRIPT]: quota }, bypass: [BREAKOUT] })
    expect(set.status).toBe(200)

    const mallory = await stage.visit('mallory', [], { userAgent: `${IMAGE} Firefox/1` })
    await mallory.open('/')
    for (const name of names) await seen(mallory.page, name)
    await mallory.open('/history')
    for (const name of names) await seen(mallory.page, name)
    await mallory.open('/sessions')
    await seen(mallory.page, IMAGE)
    const prefill = new URLSearchParams({ name: IMAGE, note: SCRIPT, scopes: BREAKOUT, expires: SCRIPT })
    await mallory.open(`/new?${prefill}`)
    await seen(mallory.page, 'onload=window.stolen=1>')
    await mallory.open(`/id/${encodeURIComponent(IMAGE)}`)
    await mallory.open(`/${encodeURIComponent(IMAGE)}`)
    expect(await mallory.page.evaluate('window.stolen')).toBeUndefined()

    const admin = await stage.visit('admin', ['admin:token'])
    await admin.open('/admin/users/mallory')
    for (const name of names) await seen(admin.page, name)
    await admin.page.getByRole('region', { name: 'Sessions' }).getByText(IMAGE).waitFor()
    await admin.open('/admin/users/trent')
    await seen(admin.page, IMAGE)
    await admin.open('/admin/quotas')
    await admin.page.getByText(SCRIPT).waitFor()
    expect(await admin.page.getByRole('textbox', { name: 'Service' }).first().inputValue()).toBe(IMAGE)
    await admin.open('/admin/history')
    for (const name of names) await seen(admin.page, name)
    await admin.page.getByRole('link', { name: IMAGE }).first().click()
    await admin.page.getByRole('heading', { level: 1, name: IMAGE }).waitFor()
    expect(await admin.page.evaluate('window.stolen')).toBeUndefined()
  })

  it('are texts on every page, whoever set them: providers, services, configurations and proxies', async () => {
    const { site } = stage
    const { sessions, verifier, delegation, fernet, statistics } = site.test.porthor
    const visit = await stage.visit('admin', ['admin:token', 'read:all'])
    const { page, context, open } = visit
    const told = {
      ...{ name: `${SCRIPT} ${IMAGE}`, email: `${BREAKOUT}@example.com` },
      groups: [
        { name: `g_${IMAGE}`, id: 2_000 },
        { name: LINK, id: 2_001 },
      ],
    }
    const token = await sessions.open(
      { user: { ...bareUserInfo('admin'), ...told }, scopes: ['admin:token', 'read:all'], upstream: null },
      { ipAddress: '127.0.0.1', userAgent: `${BREAKOUT} ${SCRIPT}` },
    )
    const state = fernet.encrypt(JSON.stringify({ token: `${token}` }))
    await context.addCookies([{ name: SESSION_COOKIE_NAME, value: `"${state}"`, url: site.url }])
    await page.setExtraHTTPHeaders({ 'x-forwarded-for': `${IMAGE}, ${SCRIPT}`, 'x-forwarded-host': BREAKOUT })
    const verified = await verifier.verify(token)
    if (verified.kind !== 'valid') throw new Error('A new session is not valid')
    const parent = { parent: verified.data, ipAddress: null }
    const { token: internal } = await delegation.getInternalToken(parent, IMAGE, ['read:all'])
    const { key } = await site.newToken('trudy', ['read:all'], { token_name: BREAKOUT, note: SCRIPT })
    await site.api('POST', '/users/trudy/freeze', { reason: BREAKOUT })
    await statistics.sample()

    for (const path of everyPage({ username: 'trudy', ownKey: internal.key, key })) {
      await open(path)
      await settled(page)
      expect([path, await page.evaluate('window.stolen')]).toEqual([path, undefined])
    }
    await open('/sessions')
    const about = page.getByRole('region', { name: 'About you' })
    for (const text of [told.name, told.email, ...told.groups.map(({ name }) => name)]) {
      await about.getByText(text).waitFor()
    }
    await open('/')
    await seen(page, `Internal token for ${IMAGE}`)
    await open('/new')
    await seen(page, `read:all ${DESCRIPTION}`)
    expect(await page.locator(HOSTILE_ELEMENTS).count()).toBe(0)
  })

  it('are texts where they are searched for, and no links where they are in an address', async () => {
    const { page, open } = await stage.visit('admin', ['admin:token'])
    const text = (name: string) => `${name}=${encodeURIComponent(IMAGE)}`
    const paths = [
      `/?${text('search')}&${text('kind')}&${text('sort')}`,
      `/history?${text('actor')}&${text('address')}&${text('since')}&${text('kind')}&${text('subtree')}`,
      `/admin/tokens?${text('name')}&${text('key')}&${text('username')}`,
      `/admin/users?${text('prefix')}&${text('search')}`,
      `/admin/users/${encodeURIComponent(IMAGE)}`,
      `/admin/users/${encodeURIComponent(LINK)}/history`,
      `/admin/users/trudy/tokens/${encodeURIComponent(BREAKOUT)}`,
    ]
    for (const path of paths) {
      await open(path)
      await settled(page)
      expect([path, await page.locator(HOSTILE_ELEMENTS).count()]).toEqual([path, 0])
      expect([path, await page.evaluate('window.stolen')]).toEqual([path, undefined])
    }
  })

  it('lead nowhere else after a login, and are texts on the pages around it', async () => {
    const { site } = stage
    const { page, complaints } = await stage.visit('walter')
    for (const rd of [
      LINK,
      '//evil.example/',
      'https://evil.example/',
      `data:text/html,${SCRIPT}`,
      BREAKOUT,
    ]) {
      for (const path of ['/login', '/logout']) {
        await page.goto(`${site.url}${path}?rd=${encodeURIComponent(rd)}`)
        expect(new URL(page.url()).origin).toBe(site.url)
        expect([rd, await page.locator(HOSTILE_ELEMENTS).count()]).toEqual([rd, 0])
      }
    }
    const refusal = { error: IMAGE, error_description: SCRIPT, error_uri: LINK, state: BREAKOUT, code: IMAGE }
    await page.goto(`${site.url}/login?${new URLSearchParams(refusal)}`)
    expect(await page.locator(HOSTILE_ELEMENTS).count()).toBe(0)
    expect(await page.evaluate('window.stolen')).toBeUndefined()
    expect(complaints).toEqual([])
  })

  it('calculate nothing in a table that the history is saved as', async () => {
    const { site } = stage
    const formulas = ['=1+1', '+1', '-1', '@SUM(1)', "=cmd|' /C calc'!A0", '"=1', '=1,=2', '＝1']
    for (const token_name of formulas) await site.newToken('yvonne', [], { token_name })
    const { page, open } = await stage.visit('yvonne')
    await open('/history')
    const address = await page.getByRole('link', { name: 'Save as CSV' }).getAttribute('href')
    const csv = await (await page.request.get(new URL(address ?? '', site.url).href)).text()
    const cells = csv.split('\r\n').flatMap((line) => cellsOf(line))
    expect(cells).toEqual(expect.arrayContaining(["'=1+1", "'+1", "'-1", "'@SUM(1)", '"=1', "'=1,=2"]))
    expect(cells.filter((cell) => /^[=+\-@＝＋－＠\t\r\n]/.test(cell))).toEqual([])
  })

  it('cannot run a script even where a page would let them: the policy forbids it', async () => {
    const { page, open, complaints } = await stage.visit('victor')
    await open('/')
    const inject = `(() => {
      const policy = trustedTypes.createPolicy('anything', { createHTML: (text) => text })
      document.body.innerHTML = policy.createHTML('<img src=x onerror="window.stolen=1">')
    })()`
    await expect(page.evaluate(inject)).rejects.toThrow(/policy/i)
    await expect(page.evaluate(`document.body.innerHTML = '<b>x</b>'`)).rejects.toThrow(/TrustedHTML/)
    const script = `(() => {
      const script = document.createElement('script')
      script.append('window.stolen = 1')
      document.body.append(script)
    })()`
    await page.evaluate(script).catch(() => {})
    expect(await page.evaluate('window.stolen')).toBeUndefined()
    expect(complaints.join('\n')).toMatch(/Content Security policy/i)
    stage.forgive()
  })
}

onStages(BOTH_ENDS, 'texts that people can set', suite, { knownScopes })

/** What there is of only where a text was taken for HTML, or for an address. */
const HOSTILE_ELEMENTS =
  'img[onerror], svg[onload], script:not([src]), a[href^="javascript:" i], a[href*="evil.example"]'

/** Until nothing is loading. */
async function settled(page: Page): Promise<void> {
  await expect.poll(() => page.locator('[aria-busy="true"]').count(), { timeout: 30_000 }).toBe(0)
}

/** The cells of a line (RFC 4180). */
function cellsOf(line: string): string[] {
  const cells = line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)
  return [...cells].map(([, cell = '']) =>
    cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
  )
}

/** Somewhere on the page, as it was written. */
async function seen(page: Page, text: string): Promise<void> {
  await page.getByText(text).first().waitFor()
}
