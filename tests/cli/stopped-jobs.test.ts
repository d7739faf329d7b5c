import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPorthor } from '../../src/composition.ts'
import { loadConfig } from '../../src/config/index.ts'
import { internalCaller } from '../../src/services/caller.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { laptopRequest } from '../support/family.ts'
import { checkoutFolder, cleanEnvironment } from '../support/server-process.ts'
import { startTethered, type TetheredProgram } from '../support/tethered.ts'
import { type CliStores, cliBackends } from './backends.ts'
import { runCliHere } from './run-cli.ts'

const [, platform] = cliBackends
const EXPIRED = 10_000
const WRONG = 90
const INTERRUPTED = 130
const KILLED = 137

describe.skipIf(platform?.available !== true)('a job that is stopped half-way', { timeout: 60_000 }, () => {
  let stores: CliStores
  let client: pg.Client
  beforeEach(async () => {
    if (!platform) throw new Error('There is no such backend')
    stores = await platform.open()
    await appendFile(stores.environment.PORTHOR_CONFIG_PATH ?? '', 'auditAlarmShare: 1\n')
    await run('init')
    client = new pg.Client({ connectionString: stores.environment.PORTHOR_DATABASE_URL })
    await client.connect()
  })
  afterEach(async () => {
    await client?.end()
    await stores?.close()
  })

  const run = async (...args: string[]) => {
    const { status, stdout } = await runCliHere(args, { environment: stores.environment })
    return { status, report: args.includes('--json') ? JSON.parse(stdout) : null }
  }
  const start = (...args: string[]) =>
    startTethered(join(checkoutFolder, 'bin', 'porthor'), args, {
      env: { ...cleanEnvironment(), ...stores.environment },
    })
  const count = async (query: string): Promise<number> => {
    const { rows } = await client.query<{ count: string }>(`SELECT count(*) ${query}`)
    return Number(rows[0]?.count)
  }

  async function makeTokensWithoutData() {
    const config = await loadConfig({ environment: stores.environment })
    const porthor = await openPorthor({ config, log: silentLog })
    for (let number = 0; number < WRONG; number++) {
      const tokenName = `token ${number}`
      await porthor.tokens.createTokenAsAdmin(internalCaller, { ...laptopRequest, tokenName })
    }
    await porthor.data.deleteAll()
    // Without any data there would be an alarm instead.
    await porthor.tokens.createTokenAsAdmin(internalCaller, { ...laptopRequest, tokenName: 'whole' })
    await porthor.close()
  }

  /** Stops the job as soon as a part of the work is done, but not all. */
  async function stopHalfWay(job: TetheredProgram, signal: NodeJS.Signals, left: () => Promise<number>) {
    const all = await left()
    while ((await left()) === all);
    const status = await job.end(signal)
    const remaining = await left()
    expect(remaining).toBeGreaterThan(0)
    expect(remaining).toBeLessThan(all)
    return { status, remaining }
  }

  /** @returns How many are left, and of how many expiries the history tells. */
  async function makeExpiredTokens() {
    await client.query(`
      INSERT INTO token (token, username, token_type, token_name, scopes, created, expires)
      SELECT left(md5(number::text), 22), 'alice', 'user', 'token ' || number, '', now() - interval '2 days', now() - interval '1 day'
      FROM generate_series(1, ${EXPIRED}) AS number`)
    return {
      left: () => count('FROM token'),
      expired: () => count(`FROM token_change_history WHERE action = 'expire'`),
    }
  }

  it('is no hindrance where a server is asked to end: its maintenance has expired whole tokens', async () => {
    await appendFile(stores.environment.PORTHOR_CONFIG_PATH ?? '', 'maintenanceInterval: 1s\n')
    const { left, expired } = await makeExpiredTokens()
    const server = await start('serve', '--host', '127.0.0.1', '--port', '0')
    const { status, remaining } = await stopHalfWay(server, 'SIGTERM', left)
    expect([status, await expired()]).toEqual([0, EXPIRED - remaining])
    expect(await run('maintenance', '--json')).toMatchObject({ status: 0, report: { expired: remaining } })
  })

  describe.each([
    ['asked to end', 'SIGTERM', INTERRUPTED],
    ['killed', 'SIGKILL', KILLED],
  ] as const)('%s', (_, signal, expected) => {
    it('maintenance has expired whole tokens, and the next one expires the rest', async () => {
      const { left, expired } = await makeExpiredTokens()
      const job = await start('maintenance')
      const { status, remaining } = await stopHalfWay(job, signal, left)
      expect(status).toBe(expected)
      expect(await expired()).toBe(EXPIRED - remaining)
      expect(job.output().includes('what was done stays done')).toBe(signal === 'SIGTERM')

      const next = await run('maintenance', '--json')
      expect(next).toMatchObject({ status: 0, report: { expired: remaining } })
      expect([await left(), await expired()]).toEqual([0, EXPIRED])
    })

    it('an audit has repaired whole tokens, and the next one repairs the rest', async () => {
      await makeTokensWithoutData()
      const ended = () => count(`FROM token_change_history WHERE action <> 'create'`)
      const left = () => count(`FROM token WHERE token_name <> 'whole'`)
      const job = await start('audit', '--fix', '--grace', '0s')
      const { status, remaining } = await stopHalfWay(job, signal, left)
      expect(status).toBe(expected)
      expect(await ended()).toBe(WRONG - remaining)
      expect(job.output().includes('Ended before all was compared')).toBe(signal === 'SIGTERM')

      const next = await run('audit', '--fix', '--grace', '0s', '--json')
      expect([next.status, next.report.findings.length]).toEqual([0, remaining])
      expect([await left(), await ended()]).toEqual([0, WRONG])
    })
  })
})
