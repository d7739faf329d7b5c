import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { cp, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, stripVTControlCharacters } from 'node:util'
import Table from 'cli-table3'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type Mutation, mutations, type Witness } from './mutation-list.ts'

const HELP = `Changes our own code, in a copy of it, to each order that the protocols list as failing, and shows which test notices.

  npm run test:mutations -- [options]

  --order TEXT  those whose name has this in it (default all)
  --baseline    each test on the unchanged code first, where it must pass
  --help

Ends with 1 where a mutation went unnoticed.
`

const { values: options } = parseArgs({
  options: {
    order: { type: 'string', default: '' },
    baseline: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (options.help) {
  process.stdout.write(HELP)
  process.exit()
}
const root = fileURLToPath(new URL('../..', import.meta.url))
const copied = [
  ...['bin', 'src', 'tests', 'scripts'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'vitest.config.ts'],
]

async function copyProject(): Promise<string> {
  const folder = await temporaryFolder('mutations')
  for (const name of copied) await cp(join(root, name), join(folder.path, name), { recursive: true })
  await symlink(join(root, 'node_modules'), join(folder.path, 'node_modules'))
  return folder.path
}

/** @throws A text to be changed is not there exactly once: the code has changed, and the mutation has to follow it. */
function mutate(source: string, { order, file, changes }: Mutation): string {
  let mutated = source
  for (const [from, to] of changes) {
    if (mutated.split(from).length !== 2)
      throw new Error(`"${order}": ${file} does not have exactly once: ${from}`)
    mutated = mutated.replace(from, () => to)
  }
  return mutated
}

function commandOf(witness: Witness): string[] {
  const stores = ['--stores', 'PostgreSQL with Redis']
  if ('scenario' in witness)
    return [
      'tests/interleavings/main.ts',
      '--scenario',
      witness.scenario,
      '--exactly',
      '--maximum',
      '400',
      '--first',
      ...stores,
    ]
  if ('soakMinutes' in witness)
    return ['tests/soak/main.ts', '--minutes', String(witness.soakMinutes), '--seed', '1', ...stores]
  if ('operation' in witness)
    return ['tests/crash/main.ts', '--operation', witness.operation, '--moments', 'after', ...stores]
  return ['node_modules/vitest/vitest.mjs', 'run', witness.file, '-t', witness.test]
}

function nameOf(witness: Witness): string {
  if ('scenario' in witness) return `orders: ${witness.scenario}`
  if ('operation' in witness) return `killed: ${witness.operation}`
  if ('soakMinutes' in witness) return `soak: ${witness.soakMinutes} minutes`
  return `${witness.file}: ${witness.test}`
}

function run(folder: string, witness: Witness): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, commandOf(witness), { cwd: folder, encoding: 'utf8', timeout: 600_000 })
}

/** The first rule that it found broken; null: it found none, or did not get so far. */
function noticed(witness: Witness, { status, stdout, stderr }: SpawnSyncReturns<string>): string | null {
  if (status === 0) return null
  return foundBy(witness, stdout, stderr)?.[1] ?? null
}

function foundBy(witness: Witness, stdout: string, stderr: string): RegExpExecArray | null {
  if ('file' in witness) return /AssertionError: (.*)/.exec(stripVTControlCharacters(`${stdout}\n${stderr}`))
  if ('soakMinutes' in witness) return /^\d+ violations\n {2}(.*)$/m.exec(stdout)
  // Behind their number: a program that has failed writes other lines.
  return /\d violations(?:, [\d.]+ s)?\n {2}(?:killed [^:]*: )?(\S.*)$/m.exec(stderr)
}

const folder = await copyProject()
const table = new Table({ head: ['failing order', 'noticed by', 'as'], style: { head: [], border: [] } })
const unnoticed: string[] = []
for (const mutation of mutations.filter(({ order }) => order.includes(options.order))) {
  const { order, file, witness } = mutation
  const path = join(folder, file)
  const source = await readFile(path, 'utf8')
  const mutated = mutate(source, mutation)
  const fine = !options.baseline || run(folder, witness).status === 0
  await writeFile(path, mutated)
  const as = noticed(witness, run(folder, witness))
  await writeFile(path, source)
  if (!as || !fine) unnoticed.push(order)
  const shown = fine ? (as?.replaceAll(/[\w-]{22}/g, 'a token') ?? 'NOT NOTICED') : 'FAILS UNCHANGED'
  process.stderr.write(`${order}: ${shown}\n`)
  table.push([order, nameOf(witness), shown])
}
console.log(table.toString())
process.exitCode = unnoticed.length > 0 ? 1 : 0
