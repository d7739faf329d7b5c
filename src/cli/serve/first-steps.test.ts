import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { readOrCreateEmbeddedSecrets } from '../../config/index.ts'
import { Token } from '../../models/token.ts'
import { firstSteps } from './first-steps.ts'

const url = 'http://127.0.0.1:8080'
const now = 1_700_000_000
const loginLink = `${url}/login/link/secret`

describe('the first steps', () => {
  it('show a bootstrap token that was made in this run, and where it is kept', async () => {
    const folder = await temporaryFolder()
    const { bootstrapToken } = await readOrCreateEmbeddedSecrets(folder.path)
    const text = await firstSteps({ url, folder: folder.path, bootstrapToken, isNew: true, loginLink, now })
    expect(text).toContain(`shown this once (it is kept in ${folder.path}/secrets.json): ${bootstrapToken}\n`)
    expect(text.match(/^curl .*$/gm)).toHaveLength(2)
    expect(text.split('\n')).toContain(loginLink)
    await folder.remove()
  })

  it('show none that was there before: their commands read it', async () => {
    const folder = await temporaryFolder()
    const { bootstrapToken } = await readOrCreateEmbeddedSecrets(folder.path)
    const text = await firstSteps({ url, folder: folder.path, bootstrapToken, isNew: false, loginLink, now })
    expect(text).not.toContain(bootstrapToken)
    expect(text).toContain(`$(grep -o 'gt-[^"]*' ${folder.path}/secrets.json)`)
    await folder.remove()
  })

  it('show none that came from the environment', async () => {
    const folder = await temporaryFolder()
    const bootstrapToken = Token.generate().toString()
    const text = await firstSteps({ url, folder: folder.path, bootstrapToken, isNew: false, loginLink, now })
    expect(text).not.toContain(bootstrapToken)
    expect(text).toContain('Bearer $PORTHOR_BOOTSTRAP_TOKEN"')
    await folder.remove()
  })

  it('quote folders that a shell would take apart', async () => {
    const bootstrapToken = Token.generate().toString()
    const text = await firstSteps({
      url,
      folder: "/home/o'neil's data",
      bootstrapToken,
      isNew: false,
      loginLink,
      now,
    })
    expect(text).toContain(`'/home/o'\\''neil'\\''s data/alice.json'`)
  })
})
