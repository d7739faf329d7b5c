import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { checkoutFolder } from '../support/server-process.ts'
import { buildPage } from './site.ts'

const MAXIMUM_BYTES = 250_000

beforeAll(buildPage, 180_000)

it('the scripts of the first page have less than 250 kB, compressed', async () => {
  const dist = join(checkoutFolder, 'web', 'dist')
  const html = await readFile(join(dist, 'index.html'), 'utf8')
  const files = [...html.matchAll(/(?:src|href)="\/auth\/tokens\/(assets\/[^"]+\.js)"/g)].map(
    ([, file]) => file,
  )
  expect(files.length).toBeGreaterThan(0)
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(dist, `${file}.gz`))).size))
  // As gzip, the larger of the two forms.
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAXIMUM_BYTES)
})

it('nothing stands in the page itself that would run or be styled', async () => {
  const html = await readFile(join(checkoutFolder, 'web', 'dist', 'index.html'), 'utf8')
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/)
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/)
})
