import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { serverBackends } from './servers.ts'

const configPath = fileURLToPath(new URL('../conformance/data/config.yaml', import.meta.url))
// Of that file.
const bootstrapToken = 'gt-AAECAwQFBgcICQoLDA0ODw.EBESExQVFhcYGRobHB0eHw'

describe.each(serverBackends)('a server on $name', { timeout: 120_000 }, ({ available, start }) => {
  it.skipIf(available !== true)('tells the time that the test has moved it to', async () => {
    const server = await start({ configPath })
    const created = async (tokenName: string) => {
      const authorization = `Bearer ${bootstrapToken}`
      const body = { username: 'alice', token_type: 'user', token_name: tokenName, scopes: [] }
      const answer = await fetch(`${server.url}/auth/api/v1/tokens`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const { token } = (await answer.json()) as { token: string }
      const info = await fetch(`${server.url}/auth/api/v1/token-info`, {
        headers: { authorization: `Bearer ${token}` },
      })
      return ((await info.json()) as { created: number }).created
    }
    const before = await created('one')
    await server.advanceClock(3600)
    await server.advanceClock(60)
    const after = await created('two')
    expect(after - before).toBeGreaterThanOrEqual(3660)
    expect(after - before).toBeLessThan(3660 + 60)
    await server.close()
  })
})
