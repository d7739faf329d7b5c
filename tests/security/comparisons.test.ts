import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkoutFolder } from '../support/server-process.ts'

const sources = readdirSync(join(checkoutFolder, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => ({ path, text: readFileSync(join(checkoutFolder, 'src', path), 'utf8') }))

/** Where what comes from outside could be compared with what it must not find out. */
const exposed = /^(http|grpc|services\/(verifier|gate|login)|storage\/token-data)/
const secretName = String.raw`[\w.#]*(?:[sS]ecret|[cC]srf|bootstrapToken|[pP]assword|[sS]ignature|\bmac)\w*`
const nothing = `(?:undefined|null|'')`
const comparison = new RegExp(
  `${secretName}\\)? [!=]== (?!${nothing})|(?<!${nothing}) [!=]== (?!${nothing})${secretName}`,
)

/** Each with why it tells nobody anything. */
const harmless = new Set([
  // Both parts of one Basic credential, as its sender knows them.
  'if (both && username !== password) {',
])

describe('secrets', () => {
  it('are compared by the two functions that take the same time whatever differs', () => {
    const users = sources.filter(({ text }) => text.includes('timingSafeEqual')).map(({ path }) => path)
    expect(users.sort()).toEqual(['models/token.ts', 'storage/token-data/fernet.ts'])
  })

  it('are compared by nothing else where requests come in', () => {
    const found = sources
      .filter(({ path }) => exposed.test(path))
      .flatMap(({ path, text }) =>
        text
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => comparison.test(line) && !harmless.has(line))
          .map((line) => `${path}: ${line}`),
      )
    expect(found).toEqual([])
  })

  it.each([
    ['if (token.secret === presented) {', true],
    ['if (csrf !== session.csrf) throw', true],
    ['return presented === this.#bootstrapToken', true],
    ['if (session.csrf === undefined) throw', false],
    ["if (csrf === '') throw", false],
    ['if (password !== null) bind()', false],
  ])('would be found compared otherwise: %s', (line, isFound) => {
    expect(comparison.test(line)).toBe(isFound)
  })
})
