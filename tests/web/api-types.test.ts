import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { apiTypes, apiTypesFile } from '../../scripts/api-types.ts'

it('the types of the client are those of the API as it is; else `npm run docs` makes them anew', async () => {
  expect(await readFile(apiTypesFile, 'utf8')).toBe(await apiTypes())
})
