import { expect, it } from 'vitest'
import { SESSION_COOKIE_NAME } from '../../src/http/session-cookie.ts'
import { bareUserInfo } from '../../src/models/token-data.ts'
import { accessibilityProblems } from '../support/accessibility.ts'
import { BOTH_ENDS, onStages } from './suites.ts'

onStages(BOTH_ENDS, 'who one is', (stage) => {
  it('is shown as far as it is known: name, email, numbers and groups', async () => {
    const { test, url } = stage.site
    const { page, open, context } = await stage.visit('alice', [], { width: 360 })
    const groups = [
      { name: 'g_users', id: 2_000 },
      { name: 'g_<b>admins</b>', id: 2_001 },
    ]
    const known = { name: 'Alice <i>Example</i>', email: 'alice@example.com', uid: 1_042, gid: 2_000, groups }
    const token = await test.porthor.sessions.open(
      { user: { ...bareUserInfo('alice'), ...known }, scopes: [], upstream: null },
      { ipAddress: '127.0.0.1', userAgent: 'a test' },
    )
    const state = test.porthor.fernet.encrypt(JSON.stringify({ token: `${token}` }))
    await context.addCookies([{ name: SESSION_COOKIE_NAME, value: `"${state}"`, url }])
    await open('/')
    await page.getByRole('link', { name: 'alice' }).click()
    const about = page.getByRole('region', { name: 'About you' })
    await about.getByText('alice@example.com').waitFor()
    const facts = await about.getByRole('definition').allTextContents()
    expect(facts.slice(0, 5)).toEqual(['alice', 'Alice <i>Example</i>', 'alice@example.com', '1042', '2000'])
    expect(await about.getByRole('listitem').allTextContents()).toEqual([
      'g_<b>admins</b> 2001',
      'g_users 2000',
    ])
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
  })

  it('is the name alone where nothing else is known', async () => {
    const { page, open } = await stage.visit('bob')
    await open('/sessions')
    const about = page.getByRole('region', { name: 'About you' })
    await about.getByRole('definition').first().waitFor()
    expect(await about.getByRole('definition').allTextContents()).toEqual(['bob'])
  })
})
