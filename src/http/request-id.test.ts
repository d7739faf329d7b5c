import { describe, expect, it } from 'vitest'
import { Token } from '../models/token.ts'
import { requestIdOf } from './request-id.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

describe('the id of a request', () => {
  it.each(['0f8fad5b-d9cb-469f-a165-70867728950e', '4c2a9e1f00d3b7a8', 'Root=1-67891233.abc:def'.slice(5)])(
    'is that of the proxy: %s',
    (id) => expect(requestIdOf([id], { viaProxy: true })).toBe(id),
  )

  it.each([
    ['of a client', ['4c2a9e1f00d3b7a8'], false],
    ['that came twice', ['4c2a9e1f00d3b7a8', '4c2a9e1f00d3b7a9'], true],
    ['that is empty', [''], true],
    ['that is short', ['1'], true],
    ['that is long', ['x'.repeat(129)], true],
    ['of other characters', ['4c2a9e1f00d3b7a8"} {'], true],
    ['that holds a token', [`${Token.generate()}`], true],
  ])('is a new one instead of one %s', (_what, values, viaProxy) => {
    const id = requestIdOf(values, { viaProxy })
    expect(id).toMatch(UUID)
    expect(requestIdOf(values, { viaProxy })).not.toBe(id)
  })
})
