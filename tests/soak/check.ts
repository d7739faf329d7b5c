import { openPorthor, type Porthor } from '../../src/composition.ts'
import { type Config, loadConfig } from '../../src/config/index.ts'
import { StoreUnavailableError } from '../../src/models/errors.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { SESSION_SECRET } from '../support/porthor.ts'
import { brokenRules, disagreements, type Held } from '../support/rules.ts'
import { takeSnapshot } from '../support/store-snapshot.ts'
import type { KnownToken } from './load.ts'
import { pause, type Site } from './site.ts'

/** Once nothing goes wrong any more: the four rules, the agreement of the stores, and that nobody has lost a token for nothing. */
export async function checkSite(
  site: Site,
  tokens: readonly KnownToken[],
  restoredSince: number,
): Promise<string[]> {
  const porthor = await openQuietly(site)
  try {
    // Verified first: a Redis that is not blessed yet serves nobody, and so breaks no rule.
    const heldBefore = await patiently(() => hold(porthor, tokens))
    const before = brokenRules(await patiently(() => takeSnapshot(porthor)), heldBefore)
    await patiently(() => auditAll(porthor))
    const snapshot = await patiently(() => takeSnapshot(porthor))
    const held = await patiently(() => hold(porthor, tokens))
    return [
      ...before.map((problem) => `before the audit: ${problem}`),
      ...brokenRules(snapshot, held),
      ...disagreements(snapshot, held),
      ...held.flatMap(({ token, verification }, index) => {
        const known = tokens[index]
        if (!known || isExcused(known, restoredSince)) return []
        return verification.kind === 'unknown'
          ? [`loss: ${token.key} does not verify, and nobody ended it`]
          : []
      }),
    ]
  } finally {
    await porthor.close()
  }
}

async function auditAll({ reconciler }: Porthor): Promise<void> {
  for await (const _ of reconciler.audit({ fix: true }));
}

/** On a machine that is busy with other things, a store may answer too late. To look once more does no harm. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof StoreUnavailableError) || attempt === 10) throw error
    }
  }
}

async function openQuietly(site: Site): Promise<Porthor> {
  const base = await loadConfig({ environment: { PORTHOR_DATA: '/nonexistent' }, purpose: 'check' })
  return openPorthor({
    config: {
      ...base,
      sessionSecrets: [SESSION_SECRET],
      database: databaseOf(site),
      tokenStore: tokenStoreOf(site),
      // However much an older Redis has lost: here it is known why.
      auditAlarmShare: 1,
    },
    log: silentLog,
  })
}

function databaseOf(site: Site): Config['database'] {
  if (site.stores === 'embedded') return { kind: 'embedded', folder: site.dataFolder }
  const { url } = site.postgres
  return { kind: 'postgresql', url, listenUrl: url, poolSize: 5 }
}

function tokenStoreOf(site: Site): Config['tokenStore'] {
  if (site.stores !== 'PostgreSQL with Redis') return { kind: 'sql' }
  const address = {
    ...{ kind: 'server' as const, host: '127.0.0.1', port: site.redis.port, database: 0 },
    ...{ username: null, password: null, tls: false },
  }
  return { kind: 'redis', persistent: address, ephemeral: address }
}

async function hold(porthor: Porthor, tokens: readonly KnownToken[]): Promise<Held[]> {
  const held: Held[] = []
  for (const { token } of tokens) held.push({ token, verification: await porthor.verifier.verify(token) })
  return held
}

/** Ended, or perhaps; or made since the oldest snapshot that Redis came back with, or below one that was. */
function isExcused(known: KnownToken, restoredSince: number): boolean {
  for (let at: KnownToken | null = known; at; at = at.parent)
    if (at.endedAt !== null || at.isUnsure || at.givenAt >= restoredSince) return true
  return false
}

/** Waits until each server is healthy. @throws One is not within a minute. */
export async function awaitHealth(site: Site): Promise<void> {
  const deadline = Date.now() + 60_000
  for (const { url } of site.servers) {
    for (;;) {
      const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(10_000) }).catch(() => null)
      await answer?.body?.cancel()
      if (answer?.ok) break
      if (Date.now() > deadline) throw new Error(`${url} is not healthy again`)
      await pause(200)
    }
  }
}
