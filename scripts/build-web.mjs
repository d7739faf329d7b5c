/**
 * Builds the page in the browser, web/dist, with Vite, and says so on the error stream. It is built beside its place: what
 * is there is complete, and two that build at the same time do no harm.
 *
 *     node scripts/build-web.mjs [--if-needed]
 *
 * With --if-needed (`npm start`) only where it is missing or its sources have changed since; and where the packages for it
 * are not installed (`npm ci --omit=dev`), a message takes its place.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const web = join(root, 'web')
const dist = join(web, 'dist')
// Compared instead of times, which say little after a checkout. Not served: its name has no hash.
const STAMP = '.sources'
const unfinished = join(root, 'node_modules', `.porthor-web-${process.pid}`)
const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
const runtime = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')

const sources = ['web/src', 'web/index.html', 'web/vite.config.ts', 'src/client', 'package-lock.json']

function filesOf(source) {
  const path = join(root, source)
  const entries = source.includes('.')
    ? [path]
    : readdirSync(path, { recursive: true })
        .map((name) => join(path, name))
        .filter((file) => statSync(file).isFile())
  return entries.sort()
}

function hashOfSources() {
  const hash = createHash('sha256')
  for (const file of sources.flatMap(filesOf)) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  return hash.digest('hex')
}

function isCurrent(hash) {
  const stamp = join(dist, STAMP)
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash
}

function build(hash) {
  console.error('porthor: building the page in the browser (web/) …')
  const started = Date.now()
  const { status } = spawnSync(
    runtime,
    [vite, 'build', '--logLevel', 'warn', '--outDir', unfinished, '--emptyOutDir'],
    {
      cwd: web,
      stdio: ['ignore', 2, 2],
      env: { ...process.env, NODE_ENV: 'production' },
      shell: process.platform === 'win32',
    },
  )
  if (status !== 0) {
    console.error('porthor: the page could not be built; the messages of Vite are above')
    rmSync(unfinished, { recursive: true, force: true })
    process.exit(1)
  }
  writeFileSync(join(unfinished, STAMP), hash)
  putInPlace()
  console.error(`porthor: built in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}

function putInPlace() {
  try {
    rmSync(dist, { recursive: true, force: true })
    renameSync(unfinished, dist)
  } catch (error) {
    // Another has just put the same there.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    rmSync(unfinished, { recursive: true, force: true })
  }
}

const onlyIfNeeded = process.argv.includes('--if-needed')
const hash = hashOfSources()
if (!onlyIfNeeded || !isCurrent(hash)) {
  if (existsSync(vite)) build(hash)
  else if (onlyIfNeeded) console.error('porthor: without Vite (npm ci) the page in the browser is not built')
  else {
    console.error('porthor: Vite is missing; npm ci installs it')
    process.exit(1)
  }
}
