import { writeFile } from 'node:fs/promises'
import { configurationReference } from '../src/config/reference.ts'

// Writes docs/configuration.md anew from the schema of the settings.
await writeFile(new URL('../docs/configuration.md', import.meta.url), configurationReference())
