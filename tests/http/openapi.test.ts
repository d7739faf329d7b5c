import { describe, expect, it } from 'vitest'
import { apiTypes } from '../../scripts/api-types.ts'
import type { ProtectedEndpoint } from '../../src/http/endpoint.ts'
import { endpoints } from '../../src/http/endpoints.ts'

type Protected = ProtectedEndpoint<unknown, unknown, unknown>

const listed = endpoints.filter(({ unlisted }) => !unlisted)
const answers = listed.flatMap(({ method, path, answers }) =>
  Object.entries(answers).map(([status, answer]) => ({ what: `${method} ${path} ${status}`, answer })),
)
const bodies = listed.flatMap((endpoint) => {
  const { body, bodyExample } = endpoint as Protected
  return body ? [{ what: `${endpoint.method} ${endpoint.path}`, body, bodyExample }] : []
})

describe('the description of the API', () => {
  it.each(answers.filter(({ answer }) => answer.example !== undefined))(
    'has an example that is a possible answer: $what',
    ({ answer: { schema, example } }) => {
      expect(schema?.safeParse(example).error).toBeUndefined()
      // Nothing that the schema does not know.
      expect(schema?.parse(example)).toEqual(example)
    },
  )

  it.each(bodies)('has an example of what is sent: $what', ({ body, bodyExample }) => {
    expect(bodyExample).toBeDefined()
    expect(body.safeParse(bodyExample).error).toBeUndefined()
  })

  it('has an example of each answer under the paths of tokens, users and administration', () => {
    const lacking = answers.filter(
      ({ what, answer: { schema, example } }) =>
        / \/auth\/api\/v1\/(token|users\/\{username\}\/token|history|admins|audit|quota|stat|frozen|session)/.test(
          what,
        ) &&
        schema !== undefined &&
        example === undefined,
    )
    expect(lacking.map(({ what }) => what)).toEqual([])
  })

  it('can be read by what makes types of it', async () => {
    const types = await apiTypes()
    for (const { method, path } of listed) {
      expect(types).toContain(`${JSON.stringify(path)}: {`)
      expect(types).toMatch(new RegExp(`\\b${method.toLowerCase()}: operations\\["`))
    }
    expect(types).toContain('"application/x-ndjson": components["schemas"]["AuditLine"]')
    expect(types).toContain('"text/csv": string')
    expect(types).not.toMatch(/: any\b/)
  }, 30_000)
})
