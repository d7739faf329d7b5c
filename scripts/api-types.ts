import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { buildOpenApiDocument } from '../src/http/openapi.ts'

export const apiTypesFile = fileURLToPath(new URL('../src/client/api-types.ts', import.meta.url))

const HEADER =
  '// Made by scripts/make-api-types.ts from the description of the API (`npm run docs`); changes go there.\n'

interface OpenApiTypescript {
  default(document: object, options: object): Promise<unknown>
  astToString(nodes: unknown): string
}

/** The text of src/client/api-types.ts, as the API is described now. */
export async function apiTypes(): Promise<string> {
  // It comes with the packages of web/, for it needs another TypeScript than the rest.
  const require = createRequire(new URL('../web/package.json', import.meta.url))
  const { default: toTypes, astToString } = require('openapi-typescript') as OpenApiTypescript
  const nodes = await toTypes(buildOpenApiDocument(), {
    alphabetize: true,
    // What has a default may be left out of requests.
    defaultNonNullable: false,
  })
  return HEADER + astToString(nodes)
}
