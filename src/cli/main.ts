import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// Halves the time that a command takes to start. Not in the shared folder for temporary files, Node's default: whoever
// may write there could slip in code.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/porthor', import.meta.url)))
const { runCommandLine } = await import('./run.ts')

// Whoever reads the output may stop doing so (`porthor token list | head -1`): nothing is left to be done then.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
})
