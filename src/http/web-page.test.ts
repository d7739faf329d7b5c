import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { WebPage } from './web-page.ts'

describe('the page in the browser', () => {
  let folder: TemporaryFolder
  let page: WebPage

  beforeAll(async () => {
    folder = await temporaryFolder('web-page')
    await mkdir(join(folder.path, 'assets'))
    for (const [name, text] of Object.entries({
      'index.html': 'page',
      'index.html.gz': 'page, as gzip',
      'assets/main-1a2b.js': 'script',
      'assets/main-1a2b.js.gz': 'script, as gzip',
      'assets/main-1a2b.js.br': 'script, as brotli',
      'assets/icon-1a2b.svg': 'icon',
      '.sources': 'what it was built from',
    })) {
      await writeFile(join(folder.path, name), text)
    }
    page = new WebPage(folder.path)
  })
  afterAll(() => folder.remove())

  const answer = async (path: string, acceptEncoding?: string) => {
    const { status, headers, body } = await page.answer(path, acceptEncoding)
    return { status, headers, body: body.toString() }
  }

  it('answers to all of its own paths, and is asked for anew each time', async () => {
    for (const path of [
      '',
      'new',
      'id/AAAAAAAAAAAAAAAAAAAAAA',
      'admin/users/alice',
      'index.html',
      '.sources',
    ]) {
      const { status, headers, body } = await answer(path)
      expect([path, status, body]).toEqual([path, 200, 'page'])
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
      })
    }
  })

  it('keeps everything out that is not of this server, and all that stands in the page itself', async () => {
    const policy = (await answer('')).headers['content-security-policy'] ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("style-src 'self';")
    expect(policy).toContain("require-trusted-types-for 'script'")
    expect(policy).not.toContain('unsafe')
  })

  it('has files that never change, for their names do', async () => {
    const { headers, body } = await answer('assets/main-1a2b.js')
    expect(body).toBe('script')
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    })
    expect(headers).not.toHaveProperty('content-security-policy')
  })

  it.each([
    ['gzip, br', 'br', 'script, as brotli'],
    ['gzip', 'gzip', 'script, as gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip', 'script, as gzip'],
    ['BR', 'br', 'script, as brotli'],
    ['identity', undefined, 'script'],
    [undefined, undefined, 'script'],
  ])('compresses as the browser allows: %s', async (accepted, encoding, text) => {
    const { headers, body } = await answer('assets/main-1a2b.js', accepted)
    expect([headers['content-encoding'], body]).toEqual([encoding, text])
    expect(headers.vary).toBe('accept-encoding')
  })

  it('sends a file as it is where it has no compressed form', async () => {
    const { headers, body } = await answer('assets/icon-1a2b.svg', 'br, gzip')
    expect([headers['content-encoding'], body]).toEqual([undefined, 'icon'])
    expect(headers['content-type']).toBe('image/svg+xml')
  })

  it('has no other files, inside its folder or out of it', async () => {
    for (const path of ['assets/other.js', 'assets/../.sources', 'assets/../../secret', 'assets/']) {
      expect([path, (await answer(path)).status]).toEqual([path, 404])
    }
  })

  it('says that it has not been built, and how it is', async () => {
    const { status, headers, body } = await new WebPage(join(folder.path, 'nowhere')).answer('', undefined)
    expect([status, headers['content-type']]).toEqual([503, 'text/html; charset=utf-8'])
    expect(headers['cache-control']).toBe('no-store')
    expect(body).toContain('npm run build:web')
  })
})
