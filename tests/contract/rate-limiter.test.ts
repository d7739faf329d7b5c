import { expect, it } from 'vitest'
import { RedisRateLimiter } from '../../src/storage/rate-limits/redis-rate-limiter.ts'
import { freePort } from '../support/free-port.ts'
import { onEachQuotaBackend } from './quota-backends.ts'
import { redisAddress } from './token-data-backends.ts'

const subject = { username: 'alice', service: 'tap', quota: 2 }

onEachQuotaBackend((bed) => {
  it('each request counts once, beyond the quota too, in a window that the first one opens', async () => {
    const { limiter } = bed()
    for (const count of [1, 2, 3, 4]) {
      expect(await limiter.count(subject)).toEqual({ count, secondsLeft: expect.closeTo(60, -0.5) })
    }
    const [[name, left] = ['', 0]] = await bed().counters()
    expect(name).toBe('api/alice/tap/2')
    expect(left).toBeGreaterThan(55)
    expect(left).toBeLessThanOrEqual(60)
  })

  it('no user, service or quota shares a count with another', async () => {
    const { limiter } = bed()
    const others = [
      { ...subject, username: 'bob' },
      { ...subject, service: 'tap/2' },
      { ...subject, service: '' },
      { ...subject, service: 'a b/ü' },
      { ...subject, quota: 20 },
    ]
    await limiter.count(subject)
    for (const other of others) expect((await limiter.count(other)).count).toBe(1)
    expect((await limiter.count(subject)).count).toBe(2)
  })

  it('counts are exact over processes that count at once', async () => {
    const { limiter, otherLimiter } = bed()
    const counts = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        (index % 2 === 0 ? limiter : otherLimiter).count(subject).then(({ count }) => count),
      ),
    )
    expect(counts.sort((one, other) => one - other)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
  })

  it('a window that has ended begins anew, and requests that are refused do not prolong it', async () => {
    const { limiter } = bed()
    await limiter.count(subject)
    const [before = 0] = [...(await bed().counters()).values()]
    await new Promise((resolve) => setTimeout(resolve, 20))
    for (let index = 0; index < 3; index++) await limiter.count(subject)
    const [after = 0] = [...(await bed().counters()).values()]
    expect(after).toBeLessThan(before)
    await bed().endWindows()
    expect(await limiter.count(subject)).toEqual({ count: 1, secondsLeft: expect.closeTo(60, -0.5) })
  })

  it('nothing is left of those who have gone', async () => {
    const { limiter } = bed()
    for (let index = 0; index < 20; index++) await limiter.count({ ...subject, username: `user-${index}` })
    await bed().endWindows()
    await limiter.count(subject)
    await bed().clean()
    expect([...(await bed().counters()).keys()]).toEqual(['api/alice/tap/2'])
  })
})

it('a Redis that is away costs those who count hardly any time, and one that comes back is found', async () => {
  const limiter = new RedisRateLimiter(redisAddress(await freePort()))
  await expect(limiter.count(subject)).rejects.toThrow()
  const begun = performance.now()
  for (let index = 0; index < 100; index++) await expect(limiter.count(subject)).rejects.toThrow()
  expect(performance.now() - begun).toBeLessThan(500)
  await limiter.close()
  await expect(limiter.count(subject)).rejects.toThrow()
})
