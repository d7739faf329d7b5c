import { writeFile } from 'node:fs/promises'
import { buildProgram } from '../src/cli/program.ts'
import { cliReference } from '../src/cli/reference.ts'

// Writes docs/cli.md anew from the tree of commands.
const { stdin, stdout, stderr } = process
const program = buildProgram({ stdin, stdout, stderr, environment: {} })
await writeFile(new URL('../docs/cli.md', import.meta.url), cliReference(program))
