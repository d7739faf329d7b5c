import { expect, it, onTestFinished } from 'vitest'
import type { QuotaOverridesStore } from '../../src/storage/quota-overrides/quota-overrides-store.ts'
import { onEachQuotaBackend } from './quota-backends.ts'

async function openReader(store: QuotaOverridesStore) {
  const heard: string[] = []
  const reader = await store.openReader({
    changed: () => heard.push('changed'),
    lost: () => heard.push('lost'),
  })
  onTestFinished(() => reader.close())
  return { read: () => reader.read(), close: () => reader.close(), heard }
}

onEachQuotaBackend((bed) => {
  it('a document that was never stored is not there', async () => {
    const { read } = await openReader(bed().overrides)
    expect(await read()).toBeNull()
    expect(await bed().overrides.delete()).toBeNull()
  })

  it('a document is replaced as a whole, and who changes it learns what was there', async () => {
    const { overrides } = bed()
    const { read } = await openReader(overrides)
    expect(await overrides.replace('{"a":"ü"}')).toBeNull()
    expect(await overrides.replace('{}')).toBe('{"a":"ü"}')
    expect(await read()).toBe('{}')
    expect(await overrides.delete()).toBe('{}')
    expect(await read()).toBeNull()
  })

  it('of several that replace it at once each learns of another', async () => {
    const { overrides, otherOverrides } = bed()
    const documents = ['1', '2', '3', '4', '5', '6']
    const before = await Promise.all(
      documents.map((text, index) => (index % 2 === 0 ? overrides : otherOverrides).replace(text)),
    )
    const { read } = await openReader(overrides)
    expect([...before, await read()].sort()).toEqual([...documents, null].sort())
  })

  it('a document is exchanged for another where it is still the one that was seen', async () => {
    const { overrides } = bed()
    const { read } = await openReader(overrides)
    const outcomes = async (...exchanges: [string | null, string | null][]) => {
      const done: [boolean, string | null][] = []
      for (const [before, after] of exchanges)
        done.push([await overrides.exchange(before, after), await read()])
      return done
    }
    expect(
      await outcomes(
        ['{"seen":1}', '{}'],
        [null, '{"a":1}'],
        [null, '{}'],
        ['{}', null],
        ['{"a":1}', '{"a":2}'],
      ),
    ).toEqual([
      [false, null],
      [true, '{"a":1}'],
      [false, '{"a":1}'],
      [false, '{"a":1}'],
      [true, '{"a":2}'],
    ])
    expect(await outcomes(['{"a":2}', null], [null, null])).toEqual([
      [true, null],
      [true, null],
    ])
  })

  it('of several that exchange the same one at once, one does', async () => {
    const { overrides, otherOverrides } = bed()
    await overrides.replace('0')
    const done = await Promise.all(
      ['1', '2', '3', '4'].map((text, index) =>
        (index % 2 === 0 ? overrides : otherOverrides).exchange('0', text),
      ),
    )
    expect(done.filter((one) => one)).toHaveLength(1)
  })

  it('a reader hears of each change by others to what it has read', async () => {
    const { overrides, otherOverrides } = bed()
    const { read, heard } = await openReader(overrides)
    await read()
    await otherOverrides.replace('1')
    await expect.poll(() => heard.length, { interval: 1 }).toBe(1)
    expect(await read()).toBe('1')
    await otherOverrides.delete()
    await expect.poll(() => heard.length, { interval: 1 }).toBe(2)
    expect(heard).not.toContain('lost')
  })

  it('a reader hears once of the loss of its link, and not of being closed', async ({ skip }) => {
    const { overrides, cut } = bed()
    const closed = await openReader(overrides)
    await closed.read()
    await closed.close()
    if (!cut) return skip('the link to an embedded database is lost with the database alone')
    const { read, heard } = await openReader(overrides)
    await read()
    await cut()
    await expect.poll(() => heard, { interval: 1 }).toEqual(['lost'])
    expect(closed.heard).toEqual([])
  })
})
