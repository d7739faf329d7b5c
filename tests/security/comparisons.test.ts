import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkoutFolder } from '../support/server-process.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts'
import { ComparisonFinder } from './comparison-finder.ts'

const sources = readdirSync(join(checkoutFolder, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => ({ path, text: readFileSync(join(checkoutFolder, 'src', path), 'utf8') }))

/** Each with why the time that it takes tells nobody anything. */
const HARMLESS: Readonly<Record<string, string>> = {
  "models/token.ts: bytes.toString('base64url') === this.secret": 'a text and another form of itself',
  'models/token.ts: checksum(this.key, entropy).equals(bytes.subarray(SECRET_BYTES - CHECKSUM_BYTES))':
    'for scanners, of a text that they have; both sides are made of it',
  'services/operations/rotate.ts: other.secret !== committed': 'both sides come from the stores',
  'services/operations/rotate.ts: secretDigest(secret).equals(digest)': 'both sides come from the stores',
  'services/operations/rotate.ts: secretDigest(rotated.secret).equals(row.secretDigest)':
    'both sides come from the stores',
  'services/operations/repair.ts: secret !== data.token.secret': 'both sides come from the stores',
  'services/operations/repair.ts: secret === data.token.secret': 'both sides come from the stores',
  'services/operations/repair.ts: secretDigest(data.token.secret).equals(digest)':
    'both sides come from the stores',
  'services/login/oidc-tokens.ts: claims.at_hash !== accessTokenHash(accessToken, algorithm)':
    'both sides come from the provider, the one signed',
  'services/login/session-service.ts: logoutTokens.has(logout.issuer, logout.tokenId)':
    'the id of a token whose signature was checked',
  'http/credentials.ts: username !== password': 'both sides come from whoever asks',
  'cli/serve/first-steps.ts: kept?.bootstrapToken === bootstrapToken': 'both sides are the operator’s',
  'grpc/check.ts: name !== SECRET_HEADER': 'names of headers',
}

describe('secrets', () => {
  let finder: ComparisonFinder
  beforeAll(() => {
    finder = new ComparisonFinder()
  })
  afterAll(() => finder?.close())

  it('are compared by the two functions that take the same time whatever differs', () => {
    const users = sources.filter(({ text }) => text.includes('timingSafeEqual')).map(({ path }) => path)
    expect(users.sort()).toEqual(['models/token.ts', 'storage/token-data/fernet.ts'])
  })

  it('are compared otherwise only where it tells nobody anything', () => {
    const found = finder.find(join(checkoutFolder, 'src')).map(({ path, text }) => `${path}: ${text}`)
    expect(found.filter((comparison) => !(comparison in HARMLESS))).toEqual([])
    expect(found.length).toBeGreaterThan(5)
  }, 60_000)
})

describe('a secret that is compared otherwise', () => {
  let folder: TemporaryFolder
  let finder: ComparisonFinder
  beforeAll(async () => {
    folder = await temporaryFolder('comparisons')
    const options = { target: 'esnext', module: 'nodenext', types: [], noEmit: true }
    const config = join(folder.path, 'tsconfig.json')
    await writeFile(config, JSON.stringify({ compilerOptions: options, files: ['all.ts'] }))
    await writeFile(join(folder.path, 'all.ts'), CASES.map(([statement]) => statement).join('\n'))
    finder = new ComparisonFinder(config)
  })
  afterAll(async () => {
    finder?.close()
    await folder?.remove()
  })

  const CASES: readonly (readonly [statement: string, isFound: boolean])[] = [
    ['a1 = token.secret === presented', true],
    ['a2 = csrf !== session.csrf', true],
    ['a3 = text === this.#bootstrapToken', true],
    ['a4 = (await read()).clientSecret\n  ==\n  other', true],
    ['a5 = session.state !== state', true],
    ['a6 = claims.nonce === given', true],
    ['a7 = header === (session.csrf ?? "")', true],
    ['a8 = secrets.includes(header)', true],
    ['a9 = known.indexOf(token.secret) >= 0', true],
    ['b1 = gate.secrets.some((one) => one === presentedText)', true],
    ['b2 = Buffer.from(secret).equals(other)', true],
    ['b3 = password.startsWith(prefix)', true],
    ['b4 = ((secret)) === other', true],
    ['b5 = Buffer.compare(signature, mac) > 1', true],
    ['switch (bootstrapToken) { case text: break }', true],
    ['c1 = session.csrf === undefined', false],
    ["c2 = csrf === ''", false],
    ['c3 = null !== password', false],
    ['c4 = secrets.length === 0', false],
    ["c5 = typeof secret === 'string'", false],
    ['c6 = scopes.includes(wanted)', false],
    ['c7 = equalSecrets(csrf, other)', false],
  ]

  it('is found', () => {
    const found = finder.find(folder.path).map(({ text }) => text)
    const undecided = CASES.filter(([statement, isFound]) => {
      const line = statement.replaceAll(/\s+/g, ' ')
      return found.some((text) => line.includes(text)) !== isFound
    })
    expect(undecided).toEqual([])
  }, 60_000)
})
