import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { LdapDirectoryOptions } from '../../src/storage/ldap/ldap-directory.ts'
import {
  LdapBindError,
  LdapConnectionError,
  LdapEntryError,
  LdapTimeoutError,
} from '../../src/storage/ldap/ldap-errors.ts'
import { type Certificates, makeCertificates, opensslAvailable } from '../support/certificates.ts'
import { freePort } from '../support/free-port.ts'
import { startSilentProxy } from '../support/silent-proxy.ts'
import {
  GROUP_BASE,
  group,
  MANAGER,
  person,
  type Slapd,
  slapdAvailable,
  startSlapd,
  USER_BASE,
} from '../support/slapd.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts'
import { openDirectory } from './directories.ts'

const MANY = 1_200
const STRANGE = 'a*)(uid=*)\\,=+"<>;# é\u0000'
const nobody = { name: null, email: null, uid: null, gid: null }

const people = [
  person('alice', {
    displayName: 'Älice Ö',
    mail: 'alice@example.org',
    uidNumber: '3001',
    gidNumber: '4001',
  }),
  person('bob', { mail: ['zoe@example.org', 'bob@example.org'], uidNumber: '3002' }),
  person('carol', { displayName: 'Carol', employeeNumber: 'x17' }),
  person('dave', { uidNumber: '0' }),
  person('erin', { uidNumber: '3005', gidNumber: '4294967295' }),
  person('frank', { uidNumber: '3006' }),
  person('frank-two', { uid: 'frank', uidNumber: '3007' }),
  person('many', { uidNumber: '3010', gidNumber: '4001' }),
  person(' #odd,one+', { displayName: 'Odd', uidNumber: '3011' }, '\\20#odd\\2cone\\2b'),
]
const groups = [
  group('g-primary', { gid: 4001 }),
  group('z-primary', { gid: 4001 }),
  group('g-users', { members: ['alice', 'bob'], memberUids: ['alice'], gid: 4002 }),
  group('a-last', { members: ['alice'], gid: 4003, names: ['A-first'] }),
  group('CO:COU:x:members', { members: ['alice'], gid: 4004 }),
  group('no good', { members: ['alice'], gid: 4005 }),
  group('g-unnumbered', { members: ['alice'] }),
  group('g-users', { members: ['alice'], gid: 4006, dn: `cn=g-users+gidNumber=4006,${GROUP_BASE}` }),
  group('g-odd', { members: ['\\20#odd\\2cone\\2b'], gid: 4007 }),
  ...Array.from({ length: MANY }, (_, index) =>
    group(`g-${index}`, { members: ['many'], gid: 10_000 + index }),
  ),
]

describe.skipIf(slapdAvailable() !== true)('a directory', () => {
  let folder: TemporaryFolder
  let certificates: Certificates | null = null
  let slapd: Slapd
  const opened: { close(): void }[] = []

  beforeAll(async () => {
    folder = await temporaryFolder('certificates')
    if (opensslAvailable() === true) certificates = await makeCertificates(folder.path)
    slapd = await startSlapd({
      ldif: [...people, ...groups].join(''),
      ...(certificates && { certificates: { ca: certificates.ca, ...certificates.server } }),
      globalSettings: ['authz-regexp "^cn=porthor$" "uid=alice,ou=people,dc=example,dc=org"'],
      databaseSettings: [
        'sizelimit size.soft=500 size.hard=500 size.prtotal=unlimited',
        // Who may see what shows as whom one is bound.
        `access to dn.base="uid=carol,${USER_BASE}" by users read by * none`,
        'access to * by * read',
      ],
    })
  })
  afterEach(() => {
    for (const directory of opened.splice(0)) directory.close()
  })
  afterAll(async () => {
    await slapd?.stop()
    await folder?.remove()
  })

  const open = (options: Partial<LdapDirectoryOptions> = {}, url = slapd.url) => {
    const one = openDirectory(url, options)
    opened.push(one.directory)
    return one
  }

  describe('knows of a user', () => {
    it('what the configured attributes hold', async () => {
      const { directory, lines } = open()
      expect(await directory.findUser('alice')).toEqual({
        name: 'Älice Ö',
        email: 'alice@example.org',
        uid: 3001,
        gid: 4001,
      })
      expect(lines).toEqual([
        {
          level: 'debug',
          event: 'Queried LDAP',
          fields: {
            ldap_url: slapd.url,
            ldap_base: USER_BASE,
            ldap_search: '(uid=alice)',
            ldap_attrs: ['displayName', 'mail', 'uidNumber', 'gidNumber'],
            ldap_results: 1,
          },
        },
      ])
    })

    it('nothing, where it does not know them', async () => {
      expect(await open().directory.findUser('nobody-here')).toEqual(nobody)
    })

    it('nothing that is not looked up', async () => {
      const none = { nameAttr: null, emailAttr: null, uidAttr: null, gidAttr: null }
      const { directory, lines } = open({ ...none, emailAttr: 'mail' })
      expect(await directory.findUser('alice')).toEqual({ ...nobody, email: 'alice@example.org' })
      expect(lines[0]?.fields).toMatchObject({ ldap_attrs: ['mail'] })
      expect(await open(none).directory.findUser('alice')).toEqual(nobody)
    })

    it('one of several values, always the same, and warns', async () => {
      const { directory, lines } = open()
      expect(await directory.findUser('bob')).toMatchObject({ email: 'bob@example.org' })
      expect(lines).toContainEqual({
        level: 'warn',
        event: 'Several values in LDAP, using one',
        fields: { dn: `uid=bob,${USER_BASE}`, attribute: 'mail', chosen: 'bob@example.org' },
      })
    })

    it('the first of two entries, always the same, and warns', async () => {
      const { directory, lines } = open()
      expect(await directory.findUser('frank')).toMatchObject({ uid: 3006 })
      expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
    })

    it('what attributes are named in any case', async () => {
      const { directory } = open({ nameAttr: 'DISPLAYNAME', uidAttr: 'UIDnumber' })
      expect(await directory.findUser('alice')).toMatchObject({ name: 'Älice Ö', uid: 3001 })
    })

    it.each([
      ['dave', {}],
      ['erin', {}],
      ['carol', { uidAttr: 'employeeNumber', ...MANAGER }],
    ])('no UID or GID that is none: %s', async (username, options) => {
      const { directory, lines } = open(options)
      const found = directory.findUser(username)
      await expect(found).rejects.toThrow(LdapEntryError)
      await expect(found).rejects.toThrow('LDAP user entry invalid')
      expect(lines.filter(({ level }) => level === 'error')).toEqual([
        {
          level: 'error',
          event: 'LDAP user entry invalid',
          fields: { dn: `uid=${username},${USER_BASE}`, attribute: expect.any(String) },
        },
      ])
    })
  })

  describe('knows of groups', () => {
    it('those that have the user as a member, by name, each once', async () => {
      const { directory, lines } = open()
      expect(await directory.findGroups('alice')).toEqual([
        { name: 'a-last', gid: 4003 },
        { name: 'g-unnumbered', gid: null },
        { name: 'g-users', gid: expect.any(Number) },
      ])
      expect(lines.at(0)?.fields).toMatchObject({
        ldap_base: GROUP_BASE,
        ldap_search: `(&(objectClass=posixGroup)(member=uid=alice,${USER_BASE}))`,
        ldap_attrs: ['cn', 'gidNumber'],
      })
      const warnings = lines.filter(({ level }) => level === 'warn').map(({ event }) => event)
      expect(warnings.sort()).toEqual([
        'LDAP group without a valid GID',
        'LDAP group without a valid name, ignoring',
        'Several values in LDAP, using one',
      ])
    })

    it('names alone, where their numbers come from elsewhere', async () => {
      const { directory, lines } = open({ withGids: false })
      expect((await directory.findGroups('alice')).map(({ gid }) => gid)).toEqual([null, null, null])
      expect(lines.at(0)?.fields).toMatchObject({ ldap_attrs: ['cn'] })
    })

    it('members by their usernames', async () => {
      const { directory, lines } = open({ groupMemberAttr: 'memberUid', groupSearchByDn: false })
      expect(await directory.findGroups('alice')).toEqual([{ name: 'g-users', gid: 4002 }])
      expect(lines.at(0)?.fields).toMatchObject({
        ldap_search: '(&(objectClass=posixGroup)(memberUid=alice))',
      })
    })

    it('more of them than the server gives in one answer', async () => {
      expect(await open().directory.findGroups('many')).toHaveLength(MANY)
    })

    it('the name of the one with a number, of several the first', async () => {
      const { directory, lines } = open()
      expect(await directory.findGroupName(4001)).toBe('g-primary')
      expect(await directory.findGroupName(4999)).toBeNull()
      expect(await directory.findGroupName(2n ** 70n)).toBeNull()
      expect(lines.at(0)?.fields).toMatchObject({
        ldap_search: '(&(objectClass=posixGroup)(gidNumber=4001))',
        ldap_attrs: ['cn'],
      })
    })

    it('none for somebody without any', async () => {
      expect(await open().directory.findGroups('frank')).toEqual([])
    })
  })

  describe('is told names and nothing else', () => {
    it('whatever characters are in them', async () => {
      const { directory } = open()
      expect(await directory.findUser(' #odd,one+')).toMatchObject({ name: 'Odd' })
      expect(await directory.findGroups(' #odd,one+')).toEqual([{ name: 'g-odd', gid: 4007 }])
    })

    it.each(['*', 'al*', 'alice)(uid=*', '*)(objectClass=*', 'alice,ou=people', '\\61lice', STRANGE])(
      'of nobody: %j',
      async (username) => {
        const { directory } = open()
        expect(await directory.findUser(username)).toEqual(nobody)
        expect(await directory.findGroups(username)).toEqual([])
        const byUid = open({ groupMemberAttr: 'memberUid', groupSearchByDn: false }).directory
        expect(await byUid.findGroups(username)).toEqual([])
      },
    )

    it('of nobody: whatever else there may be', async () => {
      const { directory } = open()
      const text = fc.string({
        unit: fc.constantFrom(...'()*\\&|!=,+"<>;# \0aé'.split('')),
        minLength: 1,
        maxLength: 12,
      })
      await fc.assert(
        fc.asyncProperty(text, async (username) => {
          expect(await directory.findUser(username)).toEqual(nobody)
          expect(await directory.findGroups(username)).toEqual([])
        }),
        { numRuns: 60 },
      )
    })
  })

  describe('is asked as', () => {
    it('nobody', async () => {
      expect(await open().directory.findUser('carol')).toEqual(nobody)
    })

    it('a name with a password', async () => {
      expect(await open(MANAGER).directory.findUser('carol')).toMatchObject({ name: 'Carol' })
    })

    it('nobody else where the password is wrong', async () => {
      const { directory, lines } = open({ ...MANAGER, password: 'wrong-secret' })
      const error = (await directory.findUser('alice').catch((caught: unknown) => caught)) as Error
      expect(lines).toMatchObject([
        {
          level: 'error',
          event: 'Cannot query LDAP',
          fields: { ldap_url: slapd.url, ldap_search: '(uid=alice)', error: 'Error querying LDAP' },
        },
      ])
      expect(JSON.stringify(lines)).not.toContain('wrong-secret')
      expect(error).toBeInstanceOf(LdapBindError)
      expect(error.message).toBe('Error querying LDAP')
      expect(error.cause).toMatchObject({ code: 49 })
      expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain('wrong-secret')
    })

    it('the name in a certificate', async (context) => {
      if (!certificates) return context.skip(String(opensslAvailable()))
      const { ca: caFile, client } = certificates
      const options = { caFile, certFile: client.cert, keyFile: client.key, saslExternal: true }
      expect(await open(options, slapd.tlsUrl).directory.findUser('carol')).toMatchObject({ name: 'Carol' })
      const without = open({ caFile }, slapd.tlsUrl).directory
      expect(await without.findUser('carol')).toEqual(nobody)
    })
  })

  describe.each(['LDAPS', 'StartTLS'])('over %s', (how) => {
    const secure = (options: Partial<LdapDirectoryOptions> = {}) =>
      how === 'LDAPS' ? open(options, slapd.tlsUrl) : open({ startTls: true, ...options })
    const check = (guarantee: string, test: (made: Certificates) => Promise<void>) =>
      it(guarantee, async (context) => {
        if (!certificates) return context.skip(String(opensslAvailable()))
        await test(certificates)
      })

    check('answers', async ({ ca: caFile }) => {
      expect(await secure({ caFile, ...MANAGER }).directory.findUser('alice')).toMatchObject({ uid: 3001 })
    })

    check('is not trusted without the authority that vouches for it', async () => {
      const asked = secure(MANAGER).directory.findUser('alice')
      await expect(asked).rejects.toThrow(LdapConnectionError)
      const other = await temporaryFolder('certificates')
      const { ca: caFile } = await makeCertificates(other.path)
      await expect(secure({ caFile }).directory.findUser('alice')).rejects.toThrow(LdapConnectionError)
      await other.remove()
    })

    check('is not trusted under another name than it has', async ({ ca: caFile }) => {
      const { port } = new URL(how === 'LDAPS' ? slapd.tlsUrl : slapd.url)
      const proxy = await startSilentProxy({ host: '127.0.0.1', port: Number(port) })
      // The same address, written as the certificate does not have it.
      const url = `${how === 'LDAPS' ? 'ldaps' : 'ldap'}://[::ffff:127.0.0.1]:${proxy.port}`
      const { directory } = open({ caFile, startTls: how === 'StartTLS' }, url)
      const error = await directory.findUser('alice').catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(LdapConnectionError)
      expect((error as Error).cause).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
      await proxy.close()
    })

    check('says which file cannot be read', async () => {
      const error = await secure({ caFile: '/no/such/file.pem' })
        .directory.findUser('alice')
        .catch((caught: unknown) => caught)
      expect((error as Error).cause).toMatchObject({ code: 'ENOENT', path: '/no/such/file.pem' })
    })
  })

  describe('that does not answer', () => {
    const hurried = { timeoutMilliseconds: 600 }

    it('is given up after two tries, within its time', async () => {
      const own = await startSlapd({ ldif: people.join('') })
      const { directory } = open(hurried, own.url)
      expect(await directory.findUser('alice')).toMatchObject({ uid: 3001 })
      await own.pause()
      const begun = performance.now()
      const asked = directory.findUser('alice')
      await expect(asked).rejects.toThrow(LdapTimeoutError)
      await expect(asked).rejects.toThrow('LDAP query timed out after 0.6s')
      expect(performance.now() - begun).toBeGreaterThan(1_150)
      expect(performance.now() - begun).toBeLessThan(5_000)
      own.resume()
      expect(await directory.findUser('alice')).toMatchObject({ uid: 3001 })
      await own.stop()
    })

    it('and never did is given up as well, while it is connected to', async () => {
      const own = await startSlapd({ ldif: people.join('') })
      await own.pause()
      const { directory } = open(hurried, own.url)
      await expect(directory.findUser('alice')).rejects.toThrow(LdapTimeoutError)
      await own.stop()
    })

    it('says so under the time limit of the reference', async () => {
      const own = await startSlapd({ ldif: people.join('') })
      await own.pause()
      const begun = performance.now()
      await expect(open({}, own.url).directory.findUser('alice')).rejects.toThrow(
        'LDAP query timed out after 5.0s',
      )
      expect(performance.now() - begun).toBeLessThan(14_000)
      await own.stop()
    })

    it('holds up nobody else longer than that, however many ask', async () => {
      const own = await startSlapd({ ldif: people.join('') })
      await own.pause()
      const { directory } = open({ ...hurried, poolSize: 2 }, own.url)
      const begun = performance.now()
      const asked = await Promise.allSettled(Array.from({ length: 30 }, () => directory.findUser('alice')))
      expect(asked.every(({ status }) => status === 'rejected')).toBe(true)
      expect(performance.now() - begun).toBeLessThan(5_000)
      own.resume()
      const again = await Promise.all(Array.from({ length: 30 }, () => directory.findUser('alice')))
      expect(again.every(({ uid }) => uid === 3001)).toBe(true)
      await own.stop()
    })

    it('is asked once more where the connection was lost', async () => {
      const own = await startSlapd({ ldif: people.join('') })
      const { directory } = open({}, own.url)
      await directory.findUser('alice')
      await own.restart()
      expect(await directory.findUser('alice')).toMatchObject({ uid: 3001 })
      await own.stop()
    })

    it('is away where it has been killed, and is found again when it is back', async () => {
      const own = await startSlapd({ ldif: people.join('') })
      const { directory } = open({}, own.url)
      await directory.findUser('alice')
      await own.kill()
      await expect(directory.findUser('alice')).rejects.toThrow(LdapConnectionError)
      await own.restart()
      expect(await directory.findUser('alice')).toMatchObject({ uid: 3001 })
      await own.stop()
    })

    it('loses the connection in the middle of an answer', async () => {
      const proxy = await startSilentProxy({ host: '127.0.0.1', port: slapd.port })
      const { directory } = open(hurried, `ldap://127.0.0.1:${proxy.port}`)
      await directory.findUser('alice')
      proxy.fallSilent()
      await expect(directory.findUser('alice')).rejects.toThrow(LdapTimeoutError)
      await proxy.close()
    })
  })

  describe('of several servers', () => {
    it('answers from another where one is away', async () => {
      const gone = `ldap://127.0.0.1:${await freePort()}`
      const { directory } = open({ urls: [gone, slapd.url] })
      expect(await directory.findUser('alice')).toMatchObject({ uid: 3001 })
      expect(await directory.findUser('bob')).toMatchObject({ uid: 3002 })
    })

    it('answers from another where one is silent, in the time of one question', async () => {
      const own = await startSlapd()
      await own.pause()
      const { directory } = open({ urls: [own.url, slapd.url], timeoutMilliseconds: 4_000 })
      const begun = performance.now()
      expect(await directory.findUser('alice')).toMatchObject({ uid: 3001 })
      expect(performance.now() - begun).toBeLessThan(4_000)
      await own.stop()
    })

    it('answers from another where all connections to one have fallen silent', async () => {
      const proxy = await startSilentProxy({ host: '127.0.0.1', port: slapd.port })
      const urls = [`ldap://127.0.0.1:${proxy.port}`, slapd.url]
      const { directory } = open({ urls, timeoutMilliseconds: 2_500 })
      // As many as the pool may have, all of them idle afterwards.
      await Promise.all(Array.from({ length: 4 }, () => directory.findGroups('many')))
      proxy.fallSilent()
      expect(await directory.findUser('alice')).toMatchObject({ uid: 3001 })
      await proxy.close()
    })

    it('is away where all are', async () => {
      const urls = [`ldap://127.0.0.1:${await freePort()}`, `ldap://127.0.0.1:${await freePort()}`]
      await expect(open({ urls }).directory.findUser('alice')).rejects.toThrow(LdapConnectionError)
    })
  })

  it('refuses whoever still asks when it is closed', async () => {
    const { directory } = open()
    await directory.findUser('alice')
    directory.close()
    await expect(directory.findUser('alice')).rejects.toThrow(LdapConnectionError)
  })

  it('shares few connections among many questions', async () => {
    const { directory } = open({ poolSize: 1 })
    const found = await Promise.all(Array.from({ length: 50 }, () => directory.findGroups('alice')))
    expect(found.every((one) => one.length === 3)).toBe(true)
  })
})
