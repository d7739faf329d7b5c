import { expect, it } from 'vitest'
import type { Token } from '../../src/models/token.ts'
import { accessibilityProblems } from '../support/accessibility.ts'
import type { Site } from './site.ts'
import { BOTH_ENDS, onStages } from './suites.ts'

onStages(BOTH_ENDS, 'a token that two people edit', (stage) => {
  it('is not overwritten: the second is told, loads what it is now, and keeps what was typed', async () => {
    const { site } = stage
    const token = await site.newToken('alice', ['read:all', 'read:some'], { token_name: 'laptop' })
    const { page, open } = await stage.visit('alice', ['read:all', 'read:some'])
    await open('/')
    await page.getByRole('button', { name: 'Actions for laptop' }).click()
    await page.getByRole('menuitem', { name: 'Edit …' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Note' }).fill('in the blue bag')
    await dialog.getByRole('combobox', { name: 'Ends' }).selectOption({ label: 'In 30 days' })
    await changeBehind(site, token, { token_name: 'desk', note: 'of somebody else', scopes: ['read:all'] })
    await dialog.getByRole('button', { name: 'Save' }).click()

    const alert = dialog.getByRole('alert')
    await alert.getByText('Somebody else has changed this token meanwhile').waitFor()
    await expect.poll(() => page.evaluate(`document.activeElement.getAttribute('role')`)).toBe('alert')
    expect(await infoOf(site, token)).toMatchObject({ tokenName: 'desk', note: 'of somebody else' })
    expect(await dialog.getByRole('textbox', { name: 'Note' }).inputValue()).toBe('in the blue bag')
    expect(await accessibilityProblems(page)).toEqual([])

    await dialog.getByRole('button', { name: 'Load what it is now' }).click()
    await alert.getByText('The name is now: desk').waitFor()
    await alert.getByText('The note is now: of somebody else').waitFor()
    await alert.getByText('It lost read:some.').waitFor()
    expect(await dialog.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('desk')
    expect(await dialog.getByRole('textbox', { name: 'Note' }).inputValue()).toBe('in the blue bag')
    expect(await dialog.getByRole('checkbox').count()).toBe(1)
    expect(await accessibilityProblems(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('desk was changed').waitFor()
    const info = await infoOf(site, token)
    expect(info).toMatchObject({ tokenName: 'desk', note: 'in the blue bag', scopes: ['read:all'] })
    expect(info?.expires).not.toBeNull()
  })

  it('is edited as it is when the form opens, not as the list had it', async () => {
    const { site } = stage
    const token = await site.newToken('bob', ['read:all'], { token_name: 'laptop' })
    const { page, open } = await stage.visit('bob', ['read:all'])
    await open('/')
    await page.getByRole('link', { name: 'laptop' }).waitFor()
    await changeBehind(site, token, { note: 'newer than the list' })
    await page.getByRole('button', { name: 'Actions for laptop' }).click()
    await page.getByRole('menuitem', { name: 'Edit …' }).click()
    const note = page.getByRole('dialog').getByRole('textbox', { name: 'Note' })
    expect(await note.inputValue()).toBe('newer than the list')
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('desk')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('desk was changed').waitFor()
    expect(await infoOf(site, token)).toMatchObject({ tokenName: 'desk', note: 'newer than the list' })
  })

  it('is not overwritten by an administrator either, who hears of it when it has ended', async () => {
    const { site } = stage
    const token = await site.newToken('carol', ['user:token'], { token_name: 'laptop' })
    const { page, open } = await stage.visit('admin', ['admin:token'])
    await open(`/admin/users/carol/tokens/${token.key}`, 'laptop')
    await page.getByRole('button', { name: 'Actions for laptop' }).click()
    await page.getByRole('menuitem', { name: 'Edit …' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Name' }).fill('mine')
    await changeBehind(site, token, { token_name: 'hers' })
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByRole('alert').getByText('Nothing was saved').waitFor()
    expect(await infoOf(site, token)).toMatchObject({ tokenName: 'hers' })
    const ended = await fetch(`${site.url}/auth/api/v1/users/carol/tokens/${token.key}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
    })
    expect(ended.status).toBe(204)
    await dialog.getByRole('button', { name: 'Load what it is now' }).click()
    await dialog
      .getByRole('alert')
      .getByText(/not found/i)
      .waitFor()
    expect(await dialog.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('mine')
  })
})

/** As its owner or an administrator would with another program. */
async function changeBehind(site: Site, token: Token, changes: object): Promise<void> {
  const admin = await site.newToken('admin', ['admin:token', 'read:all', 'read:some', 'user:token'])
  const { data } = await verified(site, token)
  const answer = await fetch(`${site.url}/auth/api/v1/users/${data.username}/tokens/${token.key}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
    body: JSON.stringify(changes),
  })
  expect(answer.status).toBe(200)
}

async function verified({ test }: Site, token: Token) {
  const found = await test.porthor.verifier.verify(token)
  if (found.kind !== 'valid') throw new Error('The token is not valid')
  return found
}

function infoOf({ test }: Site, token: Token) {
  return test.porthor.tokens.getOwnTokenInfo(token.key)
}
