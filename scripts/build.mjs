/**
 * Builds dist/, what the package is published with: JavaScript, declarations, the other files of src/ as they are, and the
 * page in the browser in dist/web.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const page = join(root, 'web', 'dist')

function run(command, ...args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

rmSync(dist, { recursive: true, force: true })
run(join(root, 'node_modules', '.bin', 'tsc'), '-p', 'tsconfig.build.json')
run(process.execPath, join(root, 'scripts', 'build-web.mjs'), '--if-needed')
cpSync(join(root, 'src'), dist, {
  recursive: true,
  filter: (source) => statSync(source).isDirectory() || !source.endsWith('.ts'),
})
// Without the note of what it was built from.
cpSync(page, join(dist, 'web'), { recursive: true, filter: (source) => !source.endsWith('.sources') })

const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
for (const file of Object.values(bin)) chmodSync(join(root, file), 0o755)
