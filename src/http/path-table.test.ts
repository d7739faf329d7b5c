import { describe, expect, it } from 'vitest'
import { endpoints } from './endpoints.ts'
import { PathTable } from './path-table.ts'

const paths = new PathTable(endpoints)

describe('the methods of a path', () => {
  it.each([
    ['/', 'GET, HEAD'],
    ['/login', 'GET'],
    ['/logout', 'GET, POST'],
    ['/auth/api/v1/tokens', 'POST'],
    ['/auth/api/v1/users/alice/tokens', 'GET, HEAD, POST'],
    ['/auth/api/v1/users/alice/tokens/anything', 'GET, HEAD, PATCH, DELETE'],
  ])('are all named: %s', (path, allow) => expect(paths.allow(path)).toBe(allow))

  it.each(['/nothing', '/auth', '/auth/api/v1/users//tokens', '/auth/openapi_json', '/auth/api/v1/tokens/'])(
    'are none where there is no such path: %s',
    (path) => expect(paths.allow(path)).toBeNull(),
  )
})
