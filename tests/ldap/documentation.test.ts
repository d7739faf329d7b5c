import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { loadConfig } from '../../src/config/index.ts'

const page = await readFile(new URL('../../docs/user-information.md', import.meta.url), 'utf8')
const examples = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text)

it('the page about user information has an example of each kind of tree, and of TLS', () => {
  expect(examples).toHaveLength(5)
})

it.each(examples)('an example is right as it stands:\n%s', async (example) => {
  const config = await loadConfig({
    path: 'porthor.yaml',
    readFile: async () => `database: embedded\n${example}`,
    environment: { PORTHOR_LDAP_PASSWORD: 'of-the-tests' },
    purpose: 'check',
  })
  expect(config.ldap?.urls[0]).toMatch(/^ldaps?:/)
})
