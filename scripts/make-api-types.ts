/** Makes the types of the client from the description of the API: src/client/api-types.ts. */
import { writeFile } from 'node:fs/promises'
import { apiTypes, apiTypesFile } from './api-types.ts'

await writeFile(apiTypesFile, await apiTypes())
