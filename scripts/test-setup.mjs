/**
 * Installs what the tests use from outside npm, where it is missing and can be installed: on Debian and its like, as root.
 * Elsewhere it says what is missing; the tests that need it are then left out, or fail under CI=true.
 */
import { spawnSync } from 'node:child_process'

/** Programs that do the same, and the package of Debian that has the first of them. */
const parts = [
  { programs: ['redis-server', 'valkey-server'], debianPackage: 'redis-server' },
  { programs: ['curl'], debianPackage: 'curl' },
]

function isOnPath(program) {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0
}

function run(command, ...args) {
  console.log(`${command} ${args.join(' ')}`)
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env: environment })
  return status === 0
}

function installDebianPackages(names) {
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    console.log(`Missing, and not installed without root and apt-get: ${names.join(', ')}`)
    return
  }
  run('apt-get', 'update', '-qq')
  if (!run('apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...names)) {
    console.log(`Missing, and apt-get could not install it: ${names.join(', ')}`)
  }
}

const missing = parts.filter(({ programs }) => !programs.some(isOnPath))
if (missing.length > 0) installDebianPackages(missing.map(({ debianPackage }) => debianPackage))
for (const { programs } of parts) {
  const found = programs.find(isOnPath)
  console.log(found ? `${found}: found` : `${programs.join(' or ')}: missing`)
}
