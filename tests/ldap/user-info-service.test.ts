import { createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { LdapConfig } from '../../src/config/index.ts'
import { type Clock, shiftedClock } from '../../src/models/clock.ts'
import { PosixIdsFailedError } from '../../src/models/login-errors.ts'
import { DEFAULT_POSIX_ID_RANGES, PosixIdError } from '../../src/models/posix-ids.ts'
import { bareUserInfo } from '../../src/models/token-data.ts'
import { UserInformationError } from '../../src/models/user-info.ts'
import { PosixIdService } from '../../src/services/posix-id-service.ts'
import { type Log, silentLog } from '../../src/services/token-log.ts'
import { DirectoryAnswers } from '../../src/services/user-info/directory-answers.ts'
import { type TokenUser, UserInfoService } from '../../src/services/user-info-service.ts'
import { LdapDirectory } from '../../src/storage/ldap/ldap-directory.ts'
import { databaseBackends, openWithSchema, type TestConnection } from '../contract/backends.ts'
import { MANAGER, type Slapd, slapdAvailable, startSlapd } from '../support/slapd.ts'
import { hurried, ldapConfig } from './settings.ts'
import { TREE } from './tree.ts'

const GROUP = 'objectClass=posixGroup'
const DN = 'ou=people,dc=example,dc=org'

interface Opened {
  service: UserInfoService
  posixIds: PosixIdService | null
  /** The filters of the questions that were answered since the last call, sorted. */
  questions(): string[]
  lines: { event: string; fields: Record<string, unknown> }[]
  alerts: string[]
}

describe.skipIf(slapdAvailable() !== true)('what is known about a user', () => {
  let slapd: Slapd
  let offsetSeconds = 0
  const clock: Clock = shiftedClock(() => offsetSeconds)
  const opened: UserInfoService[] = []

  beforeAll(async () => {
    slapd = await startSlapd({ ldif: TREE })
  })
  afterEach(() => {
    for (const service of opened.splice(0)) service.close()
  })
  afterAll(() => slapd?.stop())

  function openWith(
    config: LdapConfig,
    db: TestConnection['db'] | null = null,
    ranges = DEFAULT_POSIX_ID_RANGES,
  ): Opened {
    const lines: Opened['lines'] = []
    const alerts: string[] = []
    const note = (fields: object, event: string) => void lines.push({ event, fields: { ...fields } })
    const log: Log = { debug: note, info: note, warn: note, error: note }
    const posixIds = db && new PosixIdService({ db, ranges, mustImport: false, clock, log: silentLog })
    const service = new UserInfoService({
      directory: new DirectoryAnswers({
        directory: new LdapDirectory({ ...config, withGids: posixIds === null, report: log }),
        lifetimeSeconds: config.cacheLifetimeSeconds,
        staleLifetimeSeconds: config.staleLifetimeSeconds,
        clock,
      }),
      posixIds,
      userPrivateGroups: config.addUserGroup,
      alerts: { report: (_, text) => void alerts.push(text) },
    })
    opened.push(service)
    const questions = () =>
      lines
        .splice(0)
        .filter(({ event }) => event === 'Queried LDAP')
        .map(({ fields }) => String(fields.ldap_search))
        .sort()
    return { service, posixIds, questions, lines, alerts }
  }
  const open = async (settings: Record<string, unknown> = {}, url = slapd.url) =>
    openWith(await ldapConfig(url, settings))
  const token = (username: string, data: Partial<TokenUser> = {}): TokenUser => {
    return { ...bareUserInfo(username), ...data }
  }
  const pass = (seconds: number) => {
    offsetSeconds += seconds
  }

  describe('comes from the directory', () => {
    it('where the token says nothing: groups by name, the primary one among them', async () => {
      const { service, questions } = await open()
      expect(await service.ofToken(token('alice'))).toEqual({
        username: 'alice',
        name: 'Alice Ö',
        email: 'alice@example.org',
        uid: 3001,
        gid: 4001,
        groups: [
          { name: 'g-primary', id: 4001 },
          { name: 'g-team', id: 4003 },
          { name: 'g-users', id: 4002 },
        ],
        groupNames: ['g-primary', 'g-team', 'g-users'],
      })
      expect(questions()).toEqual([
        `(&(${GROUP})(gidNumber=4001))`,
        `(&(${GROUP})(member=uid=alice,${DN}))`,
        '(uid=alice)',
      ])
    })

    it('only where the token says nothing', async () => {
      const { service, questions } = await open()
      const own = {
        name: 'Alice',
        gid: 4002,
        groups: [
          { name: 'b', id: 2n ** 60n },
          { name: 'a', id: 7 },
        ],
      }
      expect(await service.ofToken(token('alice', own))).toEqual({
        username: 'alice',
        ...{ name: 'Alice', email: 'alice@example.org', uid: 3001, gid: 4002 },
        groups: [
          { name: 'a', id: 7 },
          { name: 'b', id: 2n ** 60n },
        ],
        groupNames: ['a', 'b'],
      })
      expect(questions()).toEqual(['(uid=alice)'])
    })

    it('is not asked for where the token says everything', async () => {
      const { service, questions } = await open()
      const own = { name: 'A', email: 'a@b', uid: 1, gid: 2, groups: [] }
      const info = await service.ofToken(token('alice', own))
      expect(info).toEqual({ username: 'alice', ...own, groupNames: [] })
      expect(await service.emailOf(token('alice', own))).toBe('a@b')
      expect(await service.groupNamesOf(token('alice', own))).toEqual([])
      expect(questions()).toEqual([])
    })

    it('by the primary group that the token names, unless the user is in it anyway', async () => {
      const { service, questions } = await open()
      const own = { name: 'A', email: 'a@b', uid: 1 }
      const named = async (gid: number) =>
        (await service.ofToken(token('bob', { ...own, gid }))).groups.map(({ name }) => name)
      expect(await named(4003)).toEqual(['bob', 'g-team', 'g-users'])
      expect(questions()).toEqual([`(&(${GROUP})(gidNumber=4003))`, `(&(${GROUP})(member=uid=bob,${DN}))`])
      expect(await named(4002)).toEqual(['bob', 'g-users'])
      expect(await named(4999)).toEqual(['bob', 'g-users'])
      expect(questions()).toEqual([`(&(${GROUP})(gidNumber=4999))`])
    })

    it('with a group of the user’s own, if wanted, unless there is one of that name', async () => {
      const { service } = await open({ addUserGroup: true })
      expect((await service.ofToken(token('alice'))).groups[0]).toEqual({ name: 'alice', id: 3001 })
      expect(await service.groupNamesOf(token('alice'))).toContain('alice')
      const bob = await service.ofToken(token('bob'))
      expect(bob.groups).toEqual([
        { name: 'bob', id: 4010 },
        { name: 'g-users', id: 4002 },
      ])
      expect([bob.uid, bob.gid]).toEqual([3002, 3002])
      const carol = await service.ofToken(token('carol'))
      expect([carol.uid, carol.gid, carol.groups]).toEqual([null, null, []])
    })

    it('without what is not looked up', async () => {
      const { service, questions } = await open({ emailAttr: null, gidAttr: null })
      expect(await service.ofToken(token('alice'))).toMatchObject({ email: null, uid: 3001, gid: null })
      expect(await service.emailOf(token('alice'))).toBeNull()
      expect(questions()).toEqual([`(&(${GROUP})(member=uid=alice,${DN}))`, '(uid=alice)'])
    })

    it('by usernames, or by groups of names alone, as the tree has them', async () => {
      const byName = await open({ groupMemberAttr: 'memberUid', groupSearchByDn: false, gidAttr: null })
      expect((await byName.service.ofToken(token('alice'))).groupNames).toEqual(['g-users'])
      const ofNames = await open({ groupObjectClass: 'groupOfNames' })
      expect((await ofNames.service.groupsForLogin(token('alice'))).groups).toEqual([
        'g-names',
        'g-primary',
        'g-team',
        'g-unnumbered',
        'g-users',
      ])
    })

    it('not at all where it does not know them', async () => {
      const { service } = await open({ addUserGroup: true })
      const nothing = { ...token('nobody-here'), groups: [], groupNames: [] }
      expect(await service.ofToken(token('nobody-here'))).toEqual(nothing)
    })

    it('for a name alone, and no further where that is nobody’s', async () => {
      const { service, questions } = await open()
      expect((await service.ofUsername('alice')).groupNames).toHaveLength(3)
      questions()
      expect(await service.ofUsername('alicee')).toMatchObject({ name: null, groups: [] })
      expect(questions()).toEqual(['(uid=alicee)'])
    })

    it('for a login: groups without a number count as well', async () => {
      const { service } = await open()
      const { groups, info } = await service.groupsForLogin(token('alice'))
      expect(groups).toEqual(['g-primary', 'g-team', 'g-unnumbered', 'g-users'])
      expect(info.groupNames).toEqual(['g-primary', 'g-team', 'g-users'])
    })
  })

  describe.each(databaseBackends)('with numbers of our own on $name', (backend) => {
    describe.skipIf(backend.available !== true)('', () => {
      let connection: TestConnection

      beforeAll(async () => {
        connection = await openWithSchema(backend)
      })
      afterAll(() => connection?.remove())

      const openNumbered = async (settings: Record<string, unknown> = {}, url = slapd.url) =>
        openWith(await ldapConfig(url, settings), connection.db)

      it('a user has them from their first token on, and those of the directory do not count', async () => {
        const { service, posixIds } = await openNumbered()
        expect(await service.ofToken(token('alice'))).toMatchObject({
          ...{ name: 'Alice Ö', uid: null, gid: null, groups: [] },
          groupNames: ['g-primary', 'g-team', 'g-unnumbered', 'g-users'],
        })
        expect(await posixIds?.list()).toEqual([])
        await service.assignIds(token('alice'))
        pass(11)
        expect(await service.ofToken(token('alice'))).toMatchObject({
          // The directory only says which group is the primary one.
          ...{ uid: 3_000_000, gid: 2_000_000 },
          groups: [
            { name: 'g-primary', id: 2_000_000 },
            { name: 'g-team', id: 2_000_001 },
            { name: 'g-unnumbered', id: 2_000_002 },
            { name: 'g-users', id: 2_000_003 },
          ],
        })
      })

      it('the number of the user is that of their own group', async () => {
        const { service } = await openNumbered({ addUserGroup: true })
        await service.assignIds(token('carol'))
        const { uid, gid, groups } = await service.ofToken(token('carol'))
        expect(gid).toBe(uid)
        expect(groups).toEqual([
          { name: 'carol', id: uid },
          { name: 'g-unnumbered', id: 2_000_002 },
        ])
      })

      it('neither a question nor a login that may be refused assigns any', async () => {
        const { service, posixIds } = await openNumbered()
        const before = await posixIds?.list()
        await service.groupsForLogin(token('bob'))
        await service.ofToken(token('bob'))
        await service.ofUsername('bob')
        await service.ofUsername('bobb')
        await service.groupNamesOf(token('bob'))
        expect(await posixIds?.list()).toEqual(before)
      })

      it('a bot has one of the bots’, and what the token says stands', async () => {
        const { service } = await openNumbered()
        await service.assignIds(token('bot-tap'))
        await service.assignIds(token('somebody', { uid: 77, groups: [] }))
        expect((await service.ofToken(token('bot-tap'))).uid).toBe(100_000)
        expect((await service.ofToken(token('somebody', { uid: 77, groups: [] }))).uid).toBe(77)
        expect(await service.ofToken(token('somebody', { groups: [] }))).toMatchObject({ uid: null })
      })

      it('a login without numbers to be had fails, and says why', async () => {
        const { service } = openWith(await ldapConfig(slapd.url), connection.db, {
          ...DEFAULT_POSIX_ID_RANGES,
          uid: { first: 1, last: 1 },
        })
        await expect(service.assignIds(token('late-comer'))).rejects.toThrow(PosixIdError)
        const error = await service.assignAllIds(token('late-comer')).catch((caught: unknown) => caught)
        expect(error).toBeInstanceOf(PosixIdsFailedError)
        expect(error).toMatchObject({
          message: 'Retrieving UID/GID from the database failed',
          detail: 'There are no numbers left from 1 to 1 (uid)',
        })
      })

      it('tokens are made without the directory, and groups get their numbers with the next', async () => {
        const own = await startSlapd({ ldif: TREE.replaceAll('g-team', 'g-late') })
        const { service } = await openNumbered({}, own.url)
        await own.kill()
        await service.assignIds(token('dora'))
        await service.assignIds(token('alice'))
        await own.restart()
        pass(11)
        expect((await service.ofToken(token('dora'))).uid).toBeGreaterThan(3_000_000)
        await service.assignIds(token('alice'))
        const { groups } = await service.ofToken(token('alice'))
        expect(groups.map(({ name }) => name)).toContain('g-unnumbered')
        await own.stop()
      })
    })
  })

  describe('is remembered', () => {
    it('for its time, and then asked for anew', async () => {
      const { service, questions } = await open({ cacheLifetime: '5m' })
      const before = await service.ofToken(token('alice'))
      expect(questions()).toHaveLength(3)
      expect(service.ofTokenFromMemory(token('alice'))).toEqual(before)
      pass(220)
      expect(await service.ofToken(token('alice'))).toEqual(before)
      expect(questions()).toEqual([])
      pass(81)
      expect(service.ofTokenFromMemory(token('alice'))).toBeNull()
      expect(service.emailFromMemory(token('alice'))).toBeUndefined()
      expect(service.groupNamesFromMemory(token('alice'))).toBeNull()
      expect(await service.ofToken(token('alice'))).toEqual(before)
      expect(questions()).toHaveLength(3)
    })

    it('and asked for anew before its time is over, while nobody waits', async () => {
      const { service, lines } = await open({ cacheLifetime: '5m' })
      await service.emailOf(token('alice'))
      lines.splice(0)
      pass(230)
      expect(service.emailFromMemory(token('alice'))).toBe('alice@example.org')
      await expect.poll(() => lines.length, { timeout: 5_000 }).toBe(1)
      pass(230)
      expect(service.emailFromMemory(token('alice'))).toBe('alice@example.org')
    })

    it('but for moments only where there was nothing', async () => {
      const { service, questions } = await open()
      await service.ofToken(token('nobody-here'))
      questions()
      pass(9)
      await service.ofToken(token('nobody-here'))
      expect(questions()).toEqual([])
      pass(2)
      await service.ofToken(token('nobody-here'))
      expect(questions()).toEqual([`(&(${GROUP})(member=uid=nobody-here,${DN}))`, '(uid=nobody-here)'])
    })

    it('by all who ask at the same time, who share one question', async () => {
      const { service, questions } = await open()
      await Promise.all(Array.from({ length: 50 }, () => service.ofToken(token('alice'))))
      expect(questions()).toHaveLength(3)
    })

    it('for no token that was made later', async () => {
      const { service, questions } = await open()
      await service.ofToken(token('alice'))
      questions()
      const now = Math.floor(clock.milliseconds() / 1000)
      await service.ofToken(token('alice', { created: now - 1 }))
      expect(questions()).toEqual([])
      pass(60)
      const later = token('alice', { created: now + 60 })
      expect(service.emailFromMemory(later)).toBeUndefined()
      expect(service.groupNamesFromMemory(later)).toBeNull()
      await service.ofToken(later)
      expect(questions()).toEqual([`(&(${GROUP})(member=uid=alice,${DN}))`, '(uid=alice)'])
      await service.ofToken(later)
      expect(questions()).toEqual([])
    })

    it('for a token that was made by a clock that runs ahead, until that time', async () => {
      const { service, questions } = await open()
      await service.ofToken(token('alice'))
      questions()
      const ahead = token('alice', { created: Math.floor(clock.milliseconds() / 1000) + 30 })
      for (let index = 0; index < 5; index++) await service.ofToken(ahead)
      expect(questions()).toEqual([])
      pass(31)
      await service.ofToken(ahead)
      expect(questions()).toHaveLength(2)
    })

    it('for no token that was made later, not even where the answer is still on its way', async () => {
      const own = await startSlapd({ ldif: TREE })
      const { service, questions } = await open({}, own.url)
      await service.emailOf(token('bob'))
      questions()
      await own.pause()
      const before = service.emailOf(token('alice'))
      const beside = service.emailOf(token('alice', { created: 1 }))
      pass(2)
      const after = service.emailOf(token('alice', { created: Math.floor(clock.milliseconds() / 1000) }))
      own.resume()
      await Promise.all([before, beside, after])
      expect(questions()).toEqual(['(uid=alice)', '(uid=alice)'])
      await own.stop()
    })

    it('until it is to be forgotten, and never for a login', async () => {
      const { service, questions } = await open()
      await service.ofToken(token('alice'))
      questions()
      await service.groupsForLogin(token('alice'))
      expect(questions()).toHaveLength(3)
      await service.ofToken(token('alice'))
      expect(questions()).toEqual([])
      service.forget('alice')
      await service.ofToken(token('alice'))
      expect(questions()).toEqual([`(&(${GROUP})(member=uid=alice,${DN}))`, '(uid=alice)'])
    })
  })

  describe('while the directory is away', () => {
    it('is what was remembered, for a while, and then an error', async () => {
      const own = await startSlapd({ ldif: TREE })
      const { service, alerts } = await open({ cacheLifetime: '5m', staleLifetime: '1h' }, own.url)
      const before = await service.ofToken(token('alice'))
      await own.kill()
      pass(310)
      expect(await service.ofToken(token('alice'))).toEqual(before)
      const created = Math.floor(clock.milliseconds() / 1000)
      expect(await service.ofToken(token('alice', { created }))).toEqual(before)
      expect(alerts).toEqual([])
      pass(3600)
      const error = await service.ofToken(token('alice')).catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(UserInformationError)
      expect(error).toMatchObject({ code: 'user_info_failed', status: 500 })
      await expect(service.emailOf(token('alice'))).rejects.toThrow('Unable to get user information')
      await expect(service.groupNamesOf(token('alice'))).rejects.toThrow(UserInformationError)
      await expect(service.groupsForLogin(token('alice'))).rejects.toThrow('Retrieving data from LDAP failed')
      await expect(service.ofUsername('alice')).rejects.toMatchObject({ status: 503 })
      expect(alerts).toEqual(Array(2).fill('Unable to get user information of alice: Error querying LDAP'))
      await own.restart()
      pass(6)
      expect(await service.ofToken(token('alice'))).toEqual(before)
      await own.stop()
    })

    it('is told at once, and rarely is it looked whether it is back', async () => {
      let connections = 0
      const server = createServer((socket) => {
        connections++
        socket.destroy()
      })
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
      const { port } = server.address() as { port: number }
      const { service } = await open({}, `ldap://127.0.0.1:${port}`)
      const ask = async (count: number) => {
        for (let index = 0; index < count; index++) {
          await expect(service.emailOf(token(`user-${index}a`))).rejects.toThrow(UserInformationError)
        }
      }
      await ask(20)
      // Three questions, each tried twice.
      expect(connections).toBe(6)
      pass(6)
      await ask(20)
      expect(connections).toBe(8)
      await new Promise((closed) => server.close(closed))
    })

    it('and silent, is what was remembered, for which nobody waits long', async () => {
      const own = await startSlapd({ ldif: TREE })
      const { service } = await open({}, own.url)
      const before = await service.ofToken(token('alice'))
      await own.pause()
      pass(310)
      const begun = performance.now()
      expect(await service.ofToken(token('alice'))).toEqual(before)
      // Far from the ten seconds of two tries, for each of three questions.
      expect(performance.now() - begun).toBeLessThan(9_000)
      await own.stop()
    })

    it('and silent, is an error in the time of two tries where nothing is remembered', async () => {
      const own = await startSlapd({ ldif: TREE })
      await own.pause()
      const { service } = openWith(hurried(await ldapConfig(own.url)))
      const error = await service.ofToken(token('alice')).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ cause: { message: 'LDAP query timed out after 0.8s' } })
      own.resume()
      expect(await service.ofToken(token('alice'))).toMatchObject({ uid: 3001 })
      await own.stop()
    })

    it('because it refuses the password: it is not tried for everybody, and nobody sees it', async () => {
      const password = 'wrong-secret-of-the-tests'
      const config = await ldapConfig(slapd.url, { userDn: MANAGER.userDn, password })
      const { service, lines, alerts } = openWith(config)
      const errors: unknown[] = []
      for (let index = 0; index < 5; index++) {
        errors.push(await service.ofToken(token(`user-${index}a`)).catch((caught: unknown) => caught))
      }
      const causes = errors.map((error) => (error as Error).cause)
      // The last one that was let through is the answer to all that come after it.
      expect(new Set(causes).size).toBe(3)
      const texts = errors.map((error) => [(error as Error).stack, (error as Error).cause])
      expect(JSON.stringify([texts, lines, alerts])).not.toContain(password)
    })

    it('or says what cannot be, is an error about that user alone', async () => {
      const { service } = await open()
      for (let index = 0; index < 5; index++) {
        const error = await service.ofToken(token('erin')).catch((caught: unknown) => caught)
        expect(error).toMatchObject({ cause: { message: 'LDAP user entry invalid' } })
      }
      expect(await service.emailOf(token('alice'))).toBe('alice@example.org')
    })
  })
})
