import { describe, expect, it } from 'vitest'
import { gitHubTeam, isSameTeam, teamGroupName } from './github-team.ts'

describe('the group of a team at GitHub', () => {
  it('is named after organisation and team, in small letters', () => {
    expect(teamGroupName(gitHubTeam('Example-Org', 'A-Team'))).toBe('example-org-a-team')
  })

  it('has a shortened name above 32 characters, as the reference makes it', () => {
    expect(teamGroupName(gitHubTeam('other-org', 'team-with-very-long-name'))).toBe(
      'other-org-team-with-very--F279yg',
    )
    expect(teamGroupName(gitHubTeam('o', 't'.repeat(30)))).toBe(`o-${'t'.repeat(30)}`)
    expect(teamGroupName(gitHubTeam('o', 't'.repeat(31)))).toHaveLength(32)
  })

  it('is another than that of a team whose name only reads the same', () => {
    expect(isSameTeam(gitHubTeam('A', 'b-c'), gitHubTeam('a', 'B-C'))).toBe(true)
    expect(isSameTeam(gitHubTeam('a', 'b-c'), gitHubTeam('a-b', 'c'))).toBe(false)
  })
})
