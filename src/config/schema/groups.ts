import * as z from 'zod'
import { isGroupName } from '../../models/fields.ts'
import { gitHubTeam, teamGroupName } from '../../models/github-team.ts'
import { option, text } from './option.ts'

export function groupName() {
  return z.string().refine(isGroupName, 'must be a group name')
}

const githubTeam = z.strictObject({
  organization: option(text(), { type: 'text', description: 'Organisation, in any case.' }),
  team: option(text(), { type: 'text', description: 'The team as in its address (slug), in any case.' }),
})

/** A group by its name or as a team at GitHub; comes out as the name, with the team that it stands for, if any. */
export function group() {
  return z
    .union([groupName(), z.strictObject({ github: githubTeam })], {
      error: 'must be a group name, or {github: {organization, team}}',
    })
    .transform((value) => {
      if (typeof value === 'string') return { name: value, team: null }
      const team = gitHubTeam(value.github.organization, value.github.team)
      return { name: teamGroupName(team), team }
    })
}
