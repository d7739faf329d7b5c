import { createPrivateKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCliHere } from '../../../tests/cli/run-cli.ts'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { isFernetKey } from '../../config/index.ts'
import { Token } from '../../models/token.ts'

/** The output of a command that needs nothing, and says nothing else. */
async function generate(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await runCliHere(args)
  expect([status, stderr]).toEqual([0, ''])
  return stdout
}

describe('generate-key', () => {
  it('makes an RSA key of 2048 bits, as PKCS#8 without a passphrase', async () => {
    const pem = await generate('generate-key')
    expect(pem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem)
    expect(asymmetricKeyType).toBe('rsa')
    expect(asymmetricKeyDetails).toMatchObject({ modulusLength: 2048, publicExponent: 65_537n })
  })
})

describe('generate-session-secret', () => {
  it('makes a Fernet key, another one each time', async () => {
    const secrets = [await generate('generate-session-secret'), await generate('generate-session-secret')]
    for (const secret of secrets) {
      expect(secret).toMatch(/^.{44}\n$/)
      expect(isFernetKey(secret.trim())).toBe(true)
    }
    expect(secrets[0]).not.toBe(secrets[1])
  })
})

describe('generate-token', () => {
  it('makes a token in wire form', async () => {
    const token = await generate('generate-token')
    expect(Token.parse(token.trimEnd()).hasChecksum()).toBe(true)
    expect(token).toHaveLength(49)
  })
})

describe('generate-schema', () => {
  it("is the reference's schema, without its version", async () => {
    const schema = await generate('generate-schema')
    expect(schema).toContain('CREATE TABLE token')
    expect(schema).not.toMatch(/alembic_version|porthor/)
    expect(schema).toMatch(/;\n$/)
  })

  it('has what Porthor adds if asked, and goes into a file if asked', async () => {
    const folder = await temporaryFolder('schema')
    const file = join(folder.path, 'a', 'b', 'schema.sql')
    expect(await generate('generate-schema', '--all', '--output', file)).toBe('')
    expect(await readFile(file, 'utf8')).toContain('porthor_token_data')
    await folder.remove()
  })
})

describe('openapi-schema', () => {
  it('is JSON in one line, without a line end', async () => {
    const text = await generate('openapi-schema')
    expect(text).not.toContain('\n')
    const { paths, info } = JSON.parse(text)
    expect(paths).toHaveProperty('/auth/api/v1/token-info')
    expect(info.description).not.toContain('](..)')
  })

  it('ends its description in a link if asked, and goes into a file whose folders are made', async () => {
    const folder = await temporaryFolder('openapi')
    const file = join(folder.path, 'a', 'b', 'openapi.json')
    expect(await generate('openapi-schema', '--add-back-link', '--output', file)).toBe('')
    const { info } = JSON.parse(await readFile(file, 'utf8'))
    expect(info.description).toMatch(/\n\n\[[^\]]+\]\(\.\.\)$/)
    await folder.remove()
  })

  it('says why a file cannot be written', async () => {
    const { status, stdout, stderr } = await runCliHere(['openapi-schema', '--output', '/dev/null/x'])
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^porthor: \/dev\/null\/x cannot be written \(E[A-Z]+\)\n$/)
  })
})
