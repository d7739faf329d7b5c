import { describe, expect, it } from 'vitest'
import { gitHubTeam } from '../../models/github-team.ts'
import { gitHubGroups } from './github-groups.ts'

const user = { username: 'octo-cat', uid: 7 }
const member = (organization: string, slug: string, id: number) => ({
  team: gitHubTeam(organization, slug),
  id,
})
const own = { name: 'octo-cat', id: 7 }

describe('the groups of a user of GitHub', () => {
  it('are one for each team and one of the user’s own, sorted by name', () => {
    const memberships = [member('zoo', 'keepers', 1), member('Acme', 'Staff', 2)]
    expect(gitHubGroups(user, memberships, { mappedTeams: [], teamGidOffset: 0 })).toEqual({
      groups: [{ name: 'acme-staff', id: 2 }, own, { name: 'zoo-keepers', id: 1 }],
      unnumbered: [],
      invalid: [],
      ambiguous: [],
    })
  })

  it('count a team once that is told twice, as when it moves to another page meanwhile', () => {
    const memberships = [member('zoo', 'keepers', 1), member('zoo', 'keepers', 1)]
    const { groups, ambiguous } = gitHubGroups(user, memberships, { mappedTeams: [], teamGidOffset: 0 })
    expect([groups.length, ambiguous]).toEqual([2, []])
  })

  it('of one name are left out, unless one of them stands for scopes: then it alone counts', () => {
    const memberships = [member('a-b', 'c', 1), member('a', 'b-c', 2)]
    expect(gitHubGroups(user, memberships, { mappedTeams: [], teamGidOffset: 0 })).toMatchObject({
      groups: [own],
      ambiguous: ['a-b-c'],
    })
    const mappedTeams = [gitHubTeam('a', 'b-c')]
    expect(gitHubGroups(user, memberships, { mappedTeams, teamGidOffset: 0 })).toMatchObject({
      groups: [{ name: 'a-b-c', id: 2 }, own],
      ambiguous: ['a-b-c'],
    })
  })

  it('of a team that is not the one which its name stands for are left out', () => {
    const rules = { mappedTeams: [gitHubTeam('a', 'b-c')], teamGidOffset: 0 }
    expect(gitHubGroups(user, [member('a-b', 'c', 1)], rules)).toMatchObject({
      groups: [own],
      ambiguous: ['a-b-c'],
    })
  })

  it('of one number are named without it, but for the user’s own', () => {
    const memberships = [member('a', 'x', 7), member('b', 'x', 8)]
    expect(gitHubGroups(user, memberships, { mappedTeams: [], teamGidOffset: 0 })).toEqual({
      groups: [{ name: 'b-x', id: 8 }, own],
      unnumbered: ['a-x'],
      invalid: [],
      ambiguous: [],
    })
    const apart = gitHubGroups(user, memberships, { mappedTeams: [], teamGidOffset: 100 })
    expect(apart.groups).toHaveLength(3)
  })

  it('whose number is none of a group’s are left out', () => {
    const rules = { mappedTeams: [], teamGidOffset: 4_000_000_000 }
    expect(gitHubGroups(user, [member('a', 'x', 300_000_000)], rules)).toMatchObject({
      groups: [own],
      invalid: ['a-x'],
    })
  })

  it('leave out the user’s own where it is named like a team that stands for scopes', () => {
    const rules = { mappedTeams: [gitHubTeam('octo', 'cat')], teamGidOffset: 0 }
    expect(gitHubGroups(user, [], rules)).toEqual({
      groups: [],
      unnumbered: [],
      invalid: [],
      ambiguous: ['octo-cat'],
    })
    expect(gitHubGroups(user, [member('octo', 'cat', 1)], rules)).toMatchObject({
      groups: [{ name: 'octo-cat', id: 1 }],
    })
  })
})
