import { expect, it } from 'vitest'
import { onStages } from './suites.ts'

onStages(['embedded'], 'a browser whose clock is three days late', (stage) => {
  it('makes a token that ends when it should, and says when things were by the clock of the server', async () => {
    const { site } = stage
    site.test.advance(3 * 86_400)
    const { page, open } = await stage.visit('alice')
    await open('/new?name=laptop')
    await page.getByRole('combobox', { name: 'Ends' }).selectOption({ label: 'In 7 days' })
    await page.getByRole('button', { name: 'Make the token' }).click()
    await page.getByText('you will not see it again').waitFor()
    await page.getByRole('link', { name: 'I have copied it' }).click()
    const row = page.getByRole('row', { name: /laptop/ })
    await row.getByText('in 7 days').waitFor()
    await row.getByText('just now').waitFor()
    const [token] = (await (
      await site.api('GET', '/token-search?username=alice&token_type=user')
    ).json()) as {
      created: number
      expires: number
    }[]
    expect(token && Math.abs(token.expires - token.created - 7 * 86_400)).toBeLessThan(60)
  })
})
