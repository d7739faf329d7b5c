import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { curlAvailable, strictCurl } from '../support/curl.ts'
import {
  checkoutFolder,
  cleanEnvironment,
  type ServerProcess,
  startServerProcess,
} from '../support/server-process.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts'
import { comparable, type Example, readExamples, startsServer } from './examples.ts'

const separator = '=== the next example ==='

/**
 * Declares the suite of a document: its examples, run on a new server of their own, answer as they are printed.
 *
 * @param path - Within the checkout.
 * @param more - Says more of the examples.
 */
export function onExamples(path: string, more: (examples: readonly Example[]) => void = () => {}): void {
  const examples = readExamples(readFileSync(join(checkoutFolder, path), 'utf8'))
  const runnable = examples.filter((example) => !startsServer(example))

  describe.skipIf(curlAvailable() !== true)(`the examples of ${path}`, () => {
    let folder: TemporaryFolder
    let server: ServerProcess
    /** The output of each runnable example. */
    let outputs: string[]

    beforeAll(async () => {
      folder = await temporaryFolder('readme')
      const settings = { PORTHOR_DATA: join(folder.path, 'data') }
      server = await startServerProcess({ environment: settings })
      await server.program.waitForOutput('Ctrl-C')
      const script = runnable.map((example) => asOnThisServer(example, server)).join(`echo '${separator}'\n`)
      // One shell for all of them: a later example may use what an earlier one has set.
      const { stdout } = await promisify(execFile)('sh', ['-e', '-c', script], {
        cwd: checkoutFolder,
        env: { ...cleanEnvironment(), ...settings, ...(await strictCurl(folder.path)) },
      })
      outputs = stdout.split(`${separator}\n`)
    }, 120_000)
    afterAll(async () => {
      await server?.close()
      await folder?.remove()
    })

    more(examples)

    it.each(runnable.map((example, index) => ({ ...example, index })))(
      'answer as printed, at line $line',
      ({ answer, index }) => {
        const output = outputs[index] ?? ''
        if (answer) {
          expect(comparable(answer.language, output)).toEqual(comparable(answer.language, answer.text))
        }
      },
    )
  })
}

/** As printed, but for the port, which may be taken on this machine, and the token that the first start has printed. */
function asOnThisServer(example: Example, server: ServerProcess): string {
  const [bootstrapToken = ''] = /gt-[\w-]{22}\.[\w-]{22}/.exec(server.program.output()) ?? []
  return example.script
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${server.port}`)
    .replaceAll(/gt-(?:[\w-]{22}\.[\w-]{22}|…)/g, bootstrapToken)
}
