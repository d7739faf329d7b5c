import { expect, it } from 'vitest'
import { Token } from '../../src/models/token.ts'
import { openStores } from '../support/stores.ts'
import { BOTH_ENDS, onStages } from './suites.ts'

onStages(BOTH_ENDS, 'an administrator', (stage) => {
  const admin = () => stage.visit('admin', ['admin:token', 'read:all'])

  it('finds a user, and a token by what somebody pastes, of which the secret goes no further', async () => {
    const { site } = stage
    const token = await site.newToken('alice', ['read:all'], { token_name: 'laptop' })
    await site.newToken('alice', [], { token_name: 'desktop' })
    const { page, open } = await admin()
    await open('/admin/users', 'Users')
    await page.getByRole('searchbox', { name: 'Begins with' }).fill('ali')
    await expect.poll(() => page.getByRole('row').count(), { timeout: 30_000 }).toBe(2)
    await page.getByRole('link', { name: 'alice' }).click()
    await page.getByRole('heading', { level: 1, name: 'alice' }).waitFor()
    await page.getByRole('link', { name: 'desktop' }).waitFor()

    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await open('/admin/tokens', 'Find tokens')
    const key = page.getByRole('searchbox', { name: 'Key, or a whole token' })
    await key.fill(token.toString())
    await expect.poll(() => page.getByRole('row').count(), { timeout: 30_000 }).toBe(2)
    expect(await key.inputValue()).toBe(token.key)
    expect([...asked, page.url()].join('\n')).not.toContain(token.secret)
    await page.getByRole('link', { name: 'laptop' }).click()
    await page.getByRole('heading', { level: 1, name: 'laptop' }).waitFor()
    await page.getByText(token.key).first().waitFor()
  })

  it('revokes all of a user after having seen what that would end', async () => {
    const { site } = stage
    const token = await site.newToken('bob', ['read:all'])
    const verified = await site.test.porthor.verifier.verify(token)
    if (verified.kind !== 'valid') throw new Error('A new token is not valid')
    await site.test.porthor.delegation.getInternalToken({ parent: verified.data, ipAddress: null }, 'tap', [])
    const { page, open } = await admin()
    await open('/admin/users/bob')
    await page.getByRole('button', { name: 'Revoke all …' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('tap: 1').waitFor()
    await dialog.getByText('User tokens: 1').waitFor()
    expect((await site.test.porthor.verifier.verify(token)).kind).toBe('valid')
    await dialog.getByRole('button', { name: 'Revoke 2 tokens' }).click()
    await page.getByText('2 tokens of bob were revoked').waitFor()
    expect((await site.test.porthor.verifier.verify(token)).kind).not.toBe('valid')
    await page.getByText('No tokens').first().waitFor()
  })

  it('freezes a user with a reason, and lets them go on again', async () => {
    const { site } = stage
    const token = await site.newToken('carol', [])
    const { page, open } = await admin()
    await open('/admin/users/carol')
    await page.getByRole('button', { name: 'Freeze …', exact: true }).click()
    await page.getByRole('textbox', { name: 'Reason' }).fill('lost laptop')
    await page.getByRole('dialog').getByRole('button', { name: 'Freeze' }).click()
    await page.getByText('admin has frozen this user').waitFor()
    await page.getByText('lost laptop').waitFor()
    expect((await site.test.porthor.verifier.verify(token)).kind).not.toBe('valid')
    await page.getByRole('button', { name: 'Unfreeze …' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Unfreeze' }).click()
    await page.getByRole('button', { name: 'Freeze …', exact: true }).waitFor()
    expect((await site.test.porthor.verifier.verify(token)).kind).toBe('valid')
  })

  it('makes a service token, and reads at the field what is wrong with its user', async () => {
    const { page, open } = await admin()
    await open('/admin/service-tokens', 'Service tokens')
    await page.getByRole('button', { name: 'New service token' }).click()
    const user = page.getByRole('textbox', { name: 'User' })
    await user.fill('Not A User')
    await page.getByRole('checkbox', { name: 'read:all' }).check()
    await page.getByRole('button', { name: 'Make the token' }).click()
    await page.locator('input[aria-invalid="true"]').waitFor()
    await user.fill('bot-ci')
    await page.getByRole('button', { name: 'Make the token' }).click()
    await page.getByText('you will not see it again').waitFor()
    const token = Token.parse((await page.locator('code').first().textContent()) ?? '')
    expect(await stage.site.test.porthor.verifier.verify(token)).toMatchObject({
      kind: 'valid',
      data: { username: 'bot-ci', tokenType: 'service', scopes: ['read:all'] },
    })
    await page.getByRole('button', { name: 'I have copied it' }).click()
    await page.getByRole('row', { name: /bot-ci/ }).waitFor()
  })

  it('adds and removes administrators', async () => {
    const { page, open } = await admin()
    await open('/admin/administrators', 'Administrators')
    await page.getByRole('textbox', { name: 'Username' }).fill('dora')
    await page.getByRole('button', { name: 'Add administrator' }).click()
    await page.getByRole('button', { name: 'Remove dora' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await expect
      .poll(() => page.getByRole('button', { name: 'Remove dora' }).count(), { timeout: 30_000 })
      .toBe(0)
    const answer = await stage.site.api('GET', '/admins')
    expect(await answer.json()).toEqual([{ username: 'admin' }])
  })

  it('sets quota overrides, and removes them', async () => {
    const { site } = stage
    const { page, open } = await admin()
    await open('/admin/quotas', 'Quota overrides')
    await page.getByText('There are no overrides').waitFor()
    const everybody = page.getByRole('group', { name: 'Everybody' })
    await everybody.getByRole('button', { name: 'Add a limit: Requests a minute' }).click()
    await everybody.getByRole('textbox', { name: 'Service' }).fill('tap')
    await everybody.getByRole('spinbutton', { name: 'Requests a minute' }).fill('10')
    await page.getByRole('button', { name: 'Add a group' }).click()
    await page.getByRole('textbox', { name: 'Group', exact: true }).fill('g_users')
    const group = page.getByRole('group', { name: 'Members of g_users, besides' })
    await group.getByRole('checkbox', { name: 'Limit notebooks' }).check()
    await group.getByRole('spinbutton', { name: 'CPUs' }).fill('2')
    await group.getByRole('spinbutton', { name: 'Memory, GiB' }).fill('7.5')
    await page.getByRole('textbox', { name: 'Groups without any limits' }).fill('g_admins, g_more')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The quota overrides hold now').waitFor()
    expect(await (await site.api('GET', '/quota-overrides')).json()).toEqual({
      default: { api: { tap: 10 }, tap: {} },
      groups: { g_users: { api: {}, notebook: { cpu: 2, memory: 7.5, spawn: true }, tap: {} } },
      bypass: ['g_admins', 'g_more'],
    })
    // Of another administrator's change, which this one has not seen, nothing is overwritten.
    const otherwise = { default: { api: { tap: 5 } }, groups: {}, bypass: [] }
    expect((await site.api('PUT', '/quota-overrides', otherwise)).status).toBe(200)
    await page.getByRole('button', { name: 'Save' }).click()
    await page
      .getByRole('alert')
      .filter({ hasText: /changed/ })
      .waitFor()
    expect(await (await site.api('GET', '/quota-overrides')).json()).toMatchObject({
      default: { api: { tap: 5 } },
    })
    await page.getByRole('button', { name: 'Load what they are now' }).click()
    await expect.poll(() => everybody.getByRole('spinbutton').inputValue()).toBe('5')
    await page.getByRole('button', { name: 'Remove all overrides …' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText('There are no overrides').waitFor()
    expect((await site.api('GET', '/quota-overrides')).status).toBe(404)
  })

  it('sees how the system does, and did', async () => {
    const { site } = stage
    const { statistics, clock } = site.test.porthor
    const token = await site.newToken('emma', ['read:all'])
    const seconds = () => Math.floor(clock.milliseconds() / 1000)
    // Tokens are counted in the first of ten minutes; minutes that are over are shown.
    site.test.advance(661 - (seconds() % 600))
    await statistics.sample()
    for (const credential of [token, token, Token.generate()]) {
      await fetch(`${site.url}/ingress/auth?scope=read:all`, {
        headers: {
          authorization: `Bearer ${credential}`,
          'x-original-url': 'https://example.com/',
          'x-original-method': 'GET',
        },
      })
    }
    site.test.advance(61 - (seconds() % 60))
    await statistics.sample()
    const { page, open } = await admin()
    await open('/admin', 'Overview')
    await page.getByRole('link', { name: /User tokens/ }).waitFor()
    await page.getByRole('table', { name: 'Verifications a second' }).waitFor()
    await page
      .getByRole('table', { name: /Refusals/ })
      .getByRole('rowheader', { name: 'invalid_token' })
      .waitFor()
    await page.getByRole('table', { name: 'Stores that answered' }).getByText('Database').waitFor()
    await page.getByRole('combobox', { name: 'Time' }).selectOption({ label: 'Last day, by ten minutes' })
    await page.getByRole('table', { name: 'Unexpired tokens, by kind' }).getByText('User tokens').waitFor()
  })

  it('compares the stores, reads what a repair would do, and repairs one finding, then all', async () => {
    const { site } = stage
    const stores = openStores(site.test)
    const tokens = await Promise.all(['one', 'two', 'three'].map((name) => site.newToken(`x-${name}`, [])))
    for (const { key } of tokens) await stores.remove(key)
    const { page, open } = await admin()
    await open('/admin/audit', 'Audit')
    await page.getByRole('button', { name: 'Compare the stores' }).click()
    await page
      .getByRole('status')
      .filter({ hasText: /Looked at .* 3 found\./ })
      .waitFor()
    const rows = page.getByRole('table', { name: 'Findings' }).getByRole('row')
    await rows.filter({ hasText: 'The token ends' }).first().waitFor()
    const [first, second] = tokens
    await page.getByRole('button', { name: `Repair ${first?.key}` }).click()
    expect(await stores.row(first?.key ?? '')).not.toBeNull()
    await page.getByRole('dialog').getByRole('button', { name: 'Repair' }).click()
    await rows
      .filter({ hasText: first?.key ?? '' })
      .getByText('repaired')
      .waitFor()
    expect(await stores.row(first?.key ?? '')).toBeNull()
    expect(await stores.row(second?.key ?? '')).not.toBeNull()
    await page.getByRole('button', { name: 'Repair all …' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Repair all' }).click()
    await page.getByRole('status').filter({ hasText: '2 found, 2 repaired' }).waitFor()
    expect(await stores.row(second?.key ?? '')).toBeNull()
  })

  it('is not told that nothing is wrong where a comparison of the stores has failed', async () => {
    const { page, open } = await admin()
    await open('/admin/audit', 'Audit')
    await page.route('**/auth/api/v1/audit', (route) => route.abort())
    await page.getByRole('button', { name: 'Compare the stores' }).click()
    await page.getByRole('alert').getByText('The server cannot be reached').waitFor()
    expect(await page.getByText(/nothing found/).count()).toBe(0)
    await page.getByText('It failed after 0.').waitFor()
  })

  it('reads the changes to all tokens, and by whom', async () => {
    const { site } = stage
    await site.newToken('frank', [], { token_name: 'one of franks' })
    const { page, open } = await admin()
    await open('/admin/history')
    await page.getByText('made the user token one of franks of frank').waitFor()
    await page.getByRole('searchbox', { name: 'By whom' }).fill('nobody-at-all')
    await page.getByText('No changes').waitFor()
  })
})

onStages(['embedded'], 'somebody who is no administrator', (stage) => {
  it('is told so, and not shown the way', async () => {
    const { page, open } = await stage.visit('mallory', ['read:all'])
    expect(await page.getByRole('link', { name: 'Administration' }).count()).toBe(0)
    await open('/admin/users')
    await page.getByText('This is for administrators').waitFor()
  })
})
