import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { pauseProcess } from './pause-process.ts'
import { findProgram } from './programs.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { startTethered, type TetheredProgram } from './tethered.ts'

/** An OpenLDAP server of a test's own, on free ports of 127.0.0.1. */
export interface Slapd {
  /** `ldap://127.0.0.1:PORT` */
  readonly url: string
  /** `ldaps://127.0.0.1:PORT`; only with certificates. */
  readonly tlsUrl: string
  readonly port: number
  /** Stops answering, without closing anything; the kernel goes on accepting connections. */
  pause(): Promise<void>
  resume(): void
  kill(): Promise<void>
  /** Starts it again, on the same ports and data. */
  restart(): Promise<void>
  /** Adds entries while it is stopped. */
  load(ldif: string): Promise<void>
  stop(): Promise<void>
}

export interface SlapdOptions {
  /** Entries below `dc=example,dc=org`, which is there, with `ou=people` and `ou=groups`. */
  ldif?: string
  /** Paths of PEM files. */
  certificates?: { ca: string; cert: string; key: string }
  /** Lines of slapd.conf before and within the database. */
  globalSettings?: readonly string[]
  databaseSettings?: readonly string[]
}

export const MANAGER = { userDn: 'cn=manager,dc=example,dc=org', password: 'of-the-tests' }

/** RFC 2307bis, as far as the tests need it and slapd lacks it: groups take members as distinguished names as well. */
const SCHEMA = `
attributetype ( 1.3.6.1.1.1.1.12 NAME 'memberUid' EQUALITY caseExactIA5Match SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 )
objectclass ( 1.3.6.1.1.1.2.0 NAME 'posixAccount' SUP top AUXILIARY MAY ( uidNumber $ gidNumber ) )
objectclass ( 1.3.6.1.1.1.2.2 NAME 'posixGroup' SUP top AUXILIARY MAY ( cn $ gidNumber $ memberUid $ description ) )
`

const ROOT = `dn: dc=example,dc=org
objectClass: domain
dc: example

dn: ou=people,dc=example,dc=org
objectClass: organizationalUnit
ou: people

dn: ou=groups,dc=example,dc=org
objectClass: organizationalUnit
ou: groups
`

const SYSTEM_FOLDER = '/usr/sbin'
const SCHEMA_FOLDER = '/etc/ldap/schema'
const MODULE_FOLDER = '/usr/lib/ldap'

/** True, or why tests that need slapd are left out. */
export function slapdAvailable(): true | string {
  const isThere = findSlapd('slapd') && findSlapd('slapadd') && existsSync(SCHEMA_FOLDER)
  return isThere ? true : "Debian's slapd is not installed; `npm run test:setup` may install it"
}

function findSlapd(program: string): string | undefined {
  // Not on the path of everybody.
  const path = join(SYSTEM_FOLDER, program)
  return findProgram(program) ?? (existsSync(path) ? path : undefined)
}

export async function startSlapd(options: SlapdOptions = {}): Promise<Slapd> {
  const folder = await temporaryFolder('slapd')
  const config = join(folder.path, 'slapd.conf')
  await mkdir(join(folder.path, 'data'))
  await writeFile(join(folder.path, 'own.schema'), SCHEMA)
  await writeFile(config, configuration(folder.path, options))
  const load = (ldif: string) => slapadd(folder.path, config, ldif)
  await load(`${ROOT}\n${options.ldif ?? ''}`)
  const [port, tlsPort] = [await freePort(), await freePort()]
  const urls = [`ldap://127.0.0.1:${port}`, ...(options.certificates ? [`ldaps://127.0.0.1:${tlsPort}`] : [])]
  const start = async (): Promise<TetheredProgram> => {
    const program = await startTethered(String(findSlapd('slapd')), [
      ...['-f', config, '-h', urls.join(' '), '-d', 'stats'],
    ])
    await program.waitForOutput('slapd starting')
    // It says so before it listens.
    while (!(await accepts(port))) await sleep(5)
    return program
  }
  let program = await start()
  return {
    url: `ldap://127.0.0.1:${port}`,
    tlsUrl: `ldaps://127.0.0.1:${tlsPort}`,
    port,
    pause: () => pauseProcess(program.pid),
    resume: () => program.signal('SIGCONT'),
    async kill() {
      await program.end('SIGKILL')
    },
    async restart() {
      await program.end('SIGKILL')
      program = await start()
    },
    load,
    async stop() {
      await program.end('SIGKILL')
      await folder.remove()
    },
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

function configuration(folder: string, options: SlapdOptions): string {
  const { certificates, globalSettings = [], databaseSettings = [] } = options
  const schemas = ['core', 'cosine', 'inetorgperson'].map((name) => `${SCHEMA_FOLDER}/${name}.schema`)
  return [
    ...[...schemas, `${folder}/own.schema`].map((path) => `include ${path}`),
    ...[`modulepath ${MODULE_FOLDER}`, 'moduleload back_mdb'],
    ...[`pidfile ${folder}/slapd.pid`, `argsfile ${folder}/slapd.args`],
    ...(certificates
      ? [
          ...[`TLSCACertificateFile ${certificates.ca}`, `TLSCertificateFile ${certificates.cert}`],
          ...[`TLSCertificateKeyFile ${certificates.key}`, 'TLSVerifyClient try'],
        ]
      : []),
    ...globalSettings,
    ...['database mdb', 'suffix "dc=example,dc=org"', `directory ${folder}/data`, 'maxsize 104857600'],
    ...[`rootdn "${MANAGER.userDn}"`, `rootpw ${MANAGER.password}`],
    ...['index objectClass,uid,member,memberUid,gidNumber eq', ...databaseSettings],
    '',
  ].join('\n')
}

async function slapadd(folder: string, config: string, ldif: string): Promise<void> {
  const file = join(folder, 'entries.ldif')
  await writeFile(file, ldif)
  const program = await startTethered(String(findSlapd('slapadd')), ['-q', '-f', config, '-l', file])
  if ((await program.exited) !== 0) throw new Error(`slapadd failed:\n${program.output()}`)
}

export const USER_BASE = 'ou=people,dc=example,dc=org'
export const GROUP_BASE = 'ou=groups,dc=example,dc=org'

/**
 * A person, as LDIF.
 *
 * @param rdn - The username as it stands in the entry's name.
 */
export function person(
  username: string,
  attributes: Readonly<Record<string, string | readonly string[]>>,
  rdn = username,
): string {
  const lines = Object.entries(attributes).flatMap(([name, values]) =>
    [values].flat().map((value) => ldifLine(name, value)),
  )
  return [
    ldifLine('dn', `uid=${rdn},${USER_BASE}`),
    ...['objectClass: inetOrgPerson', 'objectClass: posixAccount', 'sn: Surname', 'cn: Name'],
    ldifLine('uid', username),
    ...lines,
    '\n',
  ].join('\n')
}

export interface TestGroup {
  /** Usernames, taken for members by their distinguished names. */
  members?: readonly string[]
  /** Usernames as they are. */
  memberUids?: readonly string[]
  gid?: number
  /** Further names. */
  names?: readonly string[]
  dn?: string
}

export function group(
  name: string,
  { members = [], memberUids = [], gid, names = [], dn }: TestGroup,
): string {
  return [
    ldifLine('dn', dn ?? `cn=${name},${GROUP_BASE}`),
    ...['objectClass: groupOfNames', 'objectClass: posixGroup'],
    ...[name, ...names].map((one) => ldifLine('cn', one)),
    // The class wants at least one.
    ...['cn=nobody', ...members.map((member) => `uid=${member},${USER_BASE}`)].map((one) =>
      ldifLine('member', one),
    ),
    ...memberUids.map((member) => ldifLine('memberUid', member)),
    ...(gid === undefined ? [] : [`gidNumber: ${gid}`]),
    '\n',
  ].join('\n')
}

/** In base64, which takes whatever there is (RFC 2849). */
function ldifLine(name: string, value: string): string {
  return `${name}:: ${Buffer.from(value).toString('base64')}`
}
