import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TREE } from '../ldap/tree.ts'
import { GROUP_BASE, slapdAvailable, startSlapd, USER_BASE } from '../support/slapd.ts'
import { type CliStores, CONFIGURATION, cliBackends } from './backends.ts'
import { runCliHere } from './run-cli.ts'

const [embedded, platform] = cliBackends
const backend = platform?.available === true ? platform : embedded

/** As a program writes it that walks through the collections of Firestore. */
const FIRESTORE = {
  users: { alice: { uid: 3_000_004 }, 'bot-tap': { uid: 100_000 } },
  groups: { 'g-users': { gid: 2_000_001 } },
  counters: { uid: { next: 3_000_010 }, 'bot-uid': { next: 100_001 }, gid: { next: 2_000_002 } },
}

/** With which alone a directory goes, as one line. */
const PROVIDER =
  'oidc: { clientId: c, clientSecret: s, loginUrl: https://p.example/a, tokenUrl: https://p.example/t, redirectUrl: https://p.example/r, issuer: https://p.example }'

describe('UIDs and GIDs on the command line', () => {
  let stores: CliStores
  let config: string

  beforeAll(async () => {
    if (!backend) throw new Error('There is no such backend')
    stores = await backend.open()
    config = join(stores.folder, 'with-firestore.yaml')
    const database = backend === embedded ? 'database: embedded\n' : ''
    await writeFile(config, `${CONFIGURATION}${database}firestore: { project: somewhere }\n`)
    await run('init')
  })
  afterAll(() => stores?.close())

  const run = (...args: string[]) =>
    runCliHere(args, { environment: { ...stores.environment, PORTHOR_CONFIG_PATH: config } })
  async function fileWith(content: unknown): Promise<string> {
    const path = join(stores.folder, 'import.json')
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }

  it('are assigned only once those of Firestore are here', async () => {
    const create = ['token', 'create', '--user', 'bob', '--name', 'laptop', '--scope', 'read:all']
    const early = await run(...create)
    expect([early.status, early.stdout]).toEqual([1, ''])
    expect(early.stderr).toContain('import them first, with `porthor posix-ids import FILE`')

    const file = await fileWith(FIRESTORE)
    const tried = await run('posix-ids', 'import', file, '--dry-run')
    expect(tried).toEqual({
      status: 0,
      stdout:
        'Would import 2 users (0 here already), 1 group (0 here already)\nNext numbers: uid 3000010, bot-uid 100001, gid 2000002\n',
      stderr: '',
    })
    expect(JSON.parse((await run('posix-ids', 'export')).stdout)).toEqual({
      ...{ users: {}, groups: {}, counters: {} },
    })

    const done = await run('posix-ids', 'import', file, '--json')
    expect([done.status, JSON.parse(done.stdout)]).toEqual([
      0,
      {
        dry_run: false,
        users: { added: 2, unchanged: 0 },
        groups: { added: 1, unchanged: 0 },
        counters: { uid: 3_000_010, 'bot-uid': 100_001, gid: 2_000_002 },
      },
    ])
    expect((await run(...create)).status).toBe(0)
    const { stdout } = await run('posix-ids', 'list', '--json')
    expect(JSON.parse(stdout)).toMatchObject([
      { owner: 'user', name: 'alice', number: 3_000_004 },
      { owner: 'user', name: 'bob', number: 3_000_010 },
      { owner: 'user', name: 'bot-tap', number: 100_000 },
      { owner: 'group', name: 'g-users', number: 2_000_001 },
    ])
  })

  it('are listed for people', async () => {
    const { status, stdout } = await run('posix-ids', 'list', 'alice')
    expect(status).toBe(0)
    expect(stdout.split('\n')[0]).toMatch(/of +name +number +since/i)
    expect(stdout).toMatch(/user +alice +3000004 +\d{4}-\d\d-\d\d/)
    expect(stdout).not.toContain('bot-tap')
    expect(await run('posix-ids', 'list', 'nobody')).toMatchObject({
      status: 1,
      stderr: 'porthor: nobody has no number here\n',
    })
  })

  it('go out in the form in which they come in', async () => {
    const file = join(stores.folder, 'export.json')
    expect((await run('posix-ids', 'export', '--output', file)).status).toBe(0)
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      users: { alice: 3_000_004, bob: 3_000_010, 'bot-tap': 100_000 },
      groups: { 'g-users': 2_000_001 },
      counters: { uid: 3_000_011, 'bot-uid': 100_001, gid: 2_000_002 },
    })
    expect((await run('posix-ids', 'import', file)).stdout).toContain(
      'Imported 0 users (3 here already), 0 groups (1 here already)',
    )
  })

  it.each([
    ['no JSON', '{"users": ', ['is not JSON']],
    ['another form', { users: { alice: 'x' }, people: {} }, ['users.alice: must be a number', 'people']],
    ['no usernames', { users: { 'No One': 3_000_100 } }, ['users.No One: is not a username']],
    [
      'a contradiction',
      { users: { alice: 3_000_005, carol: 3_000_010 } },
      [
        'users.alice: has the number 3000004 here, not 3000005',
        'users.carol: 3000010 is the number of bob here',
      ],
    ],
    ['a foreign range', { users: { dora: 100_500 } }, ['lies in the range of bot-uid, not of uid']],
  ])('do not come in from a file with %s', async (_, content, reasons) => {
    const before = (await run('posix-ids', 'export')).stdout
    const { status, stdout, stderr } = await run('posix-ids', 'import', await fileWith(content))
    expect([status, stdout]).toEqual([1, ''])
    for (const reason of reasons) expect(stderr).toContain(reason)
    expect((await run('posix-ids', 'export')).stdout).toBe(before)
  })

  it('do not come in from a file that is not there', async () => {
    const { status, stderr } = await run('posix-ids', 'import', join(stores.folder, 'nowhere.json'))
    expect([status, stderr]).toEqual([1, expect.stringContaining('cannot be read (ENOENT)')])
  })

  it('are assigned on demand, and only by username', async () => {
    expect(await run('posix-ids', 'assign', 'alice', 'erin')).toMatchObject({
      status: 0,
      stdout: 'Nothing is missing any more for 2 users\n',
    })
    expect((await run('posix-ids', 'list', 'erin')).stdout).toMatch(/user +erin +3000011/)
    expect(await run('posix-ids', 'assign', 'frank', 'No One')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('No One is not a username'),
    })
    expect((await run('posix-ids', 'list', 'frank')).status).toBe(1)
  })

  it.skipIf(slapdAvailable() !== true)('are assigned on demand to the groups of a directory', async () => {
    const slapd = await startSlapd({ ldif: TREE })
    const file = join(stores.folder, 'with-directory.yaml')
    const ldap = `ldap: { url: '${slapd.url}', userBaseDn: '${USER_BASE}', groupBaseDn: '${GROUP_BASE}' }\n`
    const settings = (await readFile(config, 'utf8')).replace(/^github: .*$/m, PROVIDER) + ldap
    await writeFile(file, settings)
    const environment = { ...stores.environment, PORTHOR_CONFIG_PATH: file }
    const assign = () => runCliHere(['posix-ids', 'assign', 'alice'], { environment })
    expect(await assign()).toMatchObject({ status: 0 })
    expect((await run('posix-ids', 'list', 'g-team')).stdout).toMatch(/group +g-team +20000\d\d/)
    await slapd.stop()
    expect(await assign()).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('alice: Retrieving data from LDAP failed (Error querying LDAP)'),
    })
  })

  it('are none where they are not assigned here', async () => {
    const { status, stderr } = await runCliHere(['posix-ids', 'list'], { environment: stores.environment })
    expect([status, stderr]).toEqual([
      1,
      'porthor: UIDs and GIDs are not assigned here: configure posixIds, or firestore\n',
    ])
  })
})
