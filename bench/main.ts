import { HELP, type Options, readOptions } from './options.ts'
import { asTable } from './report.ts'
import { run } from './run.ts'

const options = read()
if (options) {
  const interrupt = new AbortController()
  process.once('SIGINT', () => {
    process.stderr.write('Ending after this phase\n')
    interrupt.abort()
  })
  const begun = performance.now()
  const tell = (what: string) => {
    process.stderr.write(`${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${what}\n`)
  }
  const outcome = await run(options, tell, interrupt.signal)
  const { setting, figures } = outcome
  process.stdout.write(
    options.json ? `${JSON.stringify(outcome, null, 2)}\n` : `${asTable(setting, figures)}\n`,
  )
}

function read(): Options | null {
  try {
    const read = readOptions(process.argv.slice(2))
    if (read !== 'help') return read
    process.stdout.write(HELP)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`)
    process.exitCode = 2
  }
  return null
}
