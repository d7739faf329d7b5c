import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { programAvailable } from './programs.ts'

/** Paths of PEM files. */
export interface Certificates {
  ca: string
  /** Of 127.0.0.1 and localhost. */
  server: { cert: string; key: string }
  /** Of `cn=porthor`. */
  client: { cert: string; key: string }
}

const run = promisify(execFile)

/** True, or why tests that make certificates are left out. */
export function opensslAvailable(): true | string {
  return programAvailable('openssl')
}

/** An authority of a test's own, and what it vouches for. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const path = (name: string) => join(folder, name)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const request = (name: string, subject: string) => [
    ...['req', '-x509', ...key, '-subj', subject],
    ...['-keyout', path(`${name}.key`), '-out', path(`${name}.crt`)],
  ]
  const byAuthority = ['-CA', path('ca.crt'), '-CAkey', path('ca.key')]
  const names = [
    '-addext',
    'subjectAltName=IP:127.0.0.1,DNS:localhost',
    '-addext',
    'basicConstraints=CA:FALSE',
  ]
  await run('openssl', request('ca', '/CN=Authority of the tests'))
  await run('openssl', [...request('server', '/CN=directory'), ...byAuthority, ...names])
  await run('openssl', [
    ...request('client', '/CN=porthor'),
    ...byAuthority,
    '-addext',
    'basicConstraints=CA:FALSE',
  ])
  const pair = (name: string) => ({ cert: path(`${name}.crt`), key: path(`${name}.key`) })
  return { ca: path('ca.crt'), server: pair('server'), client: pair('client') }
}
