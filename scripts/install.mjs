/**
 * Installs the packages of package-lock.json when those in node_modules are not the same, and is quiet otherwise.
 *
 * Runs on whatever Node is there (20 or later), before anything is installed: no dependencies, no TypeScript.
 * Everything is printed to the error stream, so that commands which install first keep their output clean.
 *
 *     node scripts/install.mjs [--runtime]
 *
 * With --runtime, an installation without the development packages (`npm ci --omit=dev`) is good enough.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const lockFile = join(root, 'package-lock.json')
// What npm itself notes about the packages that it put into node_modules, written when an installation has ended well.
const npmNote = join(root, 'node_modules', '.package-lock.json')
// The lock of the last installation known to be complete; bin/porthor compares it without starting Node.
const stamp = join(root, 'node_modules', '.porthor-lock.json')
const runtime = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
const onlyRuntime = process.argv.includes('--runtime')

function stampIsCurrent() {
  return existsSync(stamp) && readFileSync(stamp).equals(readFileSync(lockFile))
}

function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {}
}

/** Whether somebody has run `npm ci` or `npm install` themselves: asked package by package, for times of files lie. */
function packagesAreCurrent({ withDevelopment }) {
  if (!existsSync(npmNote)) return false
  const installed = readPackages(npmNote)
  return Object.entries(readPackages(lockFile)).every(([path, wanted]) => {
    if (path === '') return true
    const found = installed[path]
    if (found) return found.version === wanted.version
    const forOtherPlatforms = wanted.optional || wanted.devOptional
    return forOtherPlatforms || (wanted.dev && !withDevelopment)
  })
}

function isInstalled() {
  if (!existsSync(runtime)) return false
  if (stampIsCurrent()) return true
  if (packagesAreCurrent({ withDevelopment: true })) {
    copyFileSync(lockFile, stamp)
    return true
  }
  return onlyRuntime && packagesAreCurrent({ withDevelopment: false })
}

/** The npm that runs this script and the Node that runs that npm, else the npm on the path. */
function npmCommand() {
  const { npm_node_execpath: node, npm_execpath: npm } = process.env
  const isNpm = node && npm?.endsWith('npm-cli.js')
  return isNpm ? { command: node, args: [npm] } : { command: 'npm', args: [] }
}

function fail(message) {
  console.error(`porthor: ${message}`)
  process.exit(1)
}

function install() {
  const { command, args } = npmCommand()
  console.error('porthor: installing the packages of package-lock.json (npm ci) …')
  // The warnings left out are about the engines of packages that only the pinned runtime will run.
  const options = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = spawnSync(command, [...args, ...options], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && command === 'npm',
  })
  if (npm.error?.code === 'ENOENT') fail('npm is not on the path; it comes with Node.js (https://nodejs.org)')
  if (npm.error) fail(`npm could not be started: ${npm.error.message}`)
  if (npm.signal) fail(`npm ci was ended by ${npm.signal}`)
  if (npm.status !== 0) fail(`npm ci failed with status ${npm.status}; its messages are above`)
}

/** npm succeeds without the runtime's binary where install scripts are off (`ignore-scripts`). */
function checkRuntime() {
  const found = spawnSync(runtime, ['--version'], { shell: process.platform === 'win32' })
  if (found.status === 0) return
  fail(
    'the pinned Node.js (npm package "node") does not run: its install script may have been kept from running, ' +
      'or there is no binary for this platform. Try: npm rebuild node --ignore-scripts=false',
  )
}

if (!existsSync(lockFile)) fail(`${lockFile} is missing`)
if (!isInstalled()) {
  install()
  checkRuntime()
  copyFileSync(lockFile, stamp)
}
