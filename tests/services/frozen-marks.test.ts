import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { internalCaller } from '../../src/services/caller.ts'
import { porthorBackends, type TestPorthor } from '../support/porthor.ts'

const withRedis = porthorBackends.filter(({ name }) => name === 'PostgreSQL with Redis')

describe.each(withRedis)('$name: the marks of frozen users', ({ available, open }) => {
  describe.skipIf(available !== true)('after a crash', () => {
    let test: TestPorthor
    beforeAll(async () => {
      test = await open()
    })
    afterAll(() => test?.close())

    const marks = async () => {
      const { data, database } = test.porthor
      const lease = await data.acquire()
      return lease.within(database.db).frozenUsers().finally(lease.release)
    }

    const repair = async () => {
      for await (const _ of test.porthor.reconciler.audit({ fix: true }));
    }

    it('go where the database knows of no freeze: that of a freeze that was not committed', async () => {
      const { data, database } = test.porthor
      const lease = await data.acquire()
      await lease.within(database.db).freeze('alice')
      lease.release()
      for await (const _ of test.porthor.reconciler.audit({ fix: false }));
      expect(await marks()).toEqual(['alice'])
      await repair()
      expect(await marks()).toEqual([])
    })

    it('come back where the database knows of one', async () => {
      await test.porthor.users.freeze(internalCaller, 'bob')
      await test.redis?.flush()
      await repair()
      expect(await marks()).toEqual(['bob'])
    })
  })
})
