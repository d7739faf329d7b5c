import { createHash } from 'node:crypto'
import * as z from 'zod'
import { groupField } from '../../models/fields.ts'
import { option, text } from './option.ts'

const MAXIMUM_TEAM_LENGTH = 32
const KEPT_OF_LONG_NAME = 25
const HASH_LENGTH = 6

export function groupName() {
  return z.string().refine((name) => groupField.shape.name.safeParse(name).success, 'must be a group name')
}

const githubTeam = z.strictObject({
  organization: option(text(), { type: 'text', description: 'Organisation, in any case.' }),
  team: option(text(), { type: 'text', description: 'The team as in its address (slug), in any case.' }),
})

/** A group by its name or as a team at GitHub; comes out as the name. */
export function group() {
  return z
    .union([groupName(), z.strictObject({ github: githubTeam })], {
      error: 'must be a group name, or {github: {organization, team}}',
    })
    .transform((value) =>
      typeof value === 'string' ? value : githubGroupName(value.github.organization, value.github.team),
    )
}

/** The group that stands for a team at GitHub (spec/login.md §3): shortened, with a hash, above 32 characters. */
export function githubGroupName(organization: string, team: string): string {
  const name = `${organization}-${team}`.toLowerCase()
  if (name.length <= MAXIMUM_TEAM_LENGTH) return name
  const hash = createHash('sha256').update(name).digest('base64url')
  return `${name.slice(0, KEPT_OF_LONG_NAME)}-${hash.slice(0, HASH_LENGTH)}`
}
