import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { onStages } from './suites.ts'

/** Each sets `stolen` where a page takes it for more than a text. */
const SCRIPT = '<script>window.stolen=1</script>'
const IMAGE = '<img src=x onerror="window.stolen=1">'
const BREAKOUT = `"'><svg onload=window.stolen=1>`
const LINK = 'javascript:window.stolen=1'

onStages(['embedded'], 'texts that people can set', (stage) => {
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

  it('cannot run a script even where a page would let them: the policy forbids it', async () => {
    const { page, open } = await stage.visit('victor')
    await open('/')
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
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
})

/** Somewhere on the page, as it was written. */
async function seen(page: Page, text: string): Promise<void> {
  await page.getByText(text).first().waitFor()
}
