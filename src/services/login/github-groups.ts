import { groupField } from '../../models/fields.ts'
import { type GitHubTeam, isSameTeam, teamGroupName } from '../../models/github-team.ts'
import type { Group } from '../../models/token-data.ts'

/** A team of which somebody is a member, and its number at GitHub. */
export interface TeamMembership {
  team: GitHubTeam
  id: number
}

export interface TeamRules {
  /** Teams whose members get scopes. */
  mappedTeams: readonly GitHubTeam[]
  /** Added to the number of a team to make its GID. */
  teamGidOffset: number
}

export interface GitHubGroups {
  /** Sorted by name. */
  groups: Group[]
  /** Names of groups whose number another of them has too. */
  unnumbered: string[]
  /** Names of teams that can be no group, by name or number. */
  invalid: string[]
  /** Names of groups that could be taken for another. */
  ambiguous: string[]
}

/**
 * The groups of a user: one for each team, and one of the user's own (spec/login.md §3).
 *
 * Different teams can come out under the same name: `a-b` of `c` and `b` of `c-a`, a shortened name, a user who is named
 * like the group of a team. Anybody may found an organisation, so a name that stands for a team with scopes is given to
 * the members of just that team; of others that share a name, none is given.
 */
export function gitHubGroups(
  user: { username: string; uid: number },
  memberships: readonly TeamMembership[],
  { mappedTeams, teamGidOffset }: TeamRules,
): GitHubGroups {
  const mapped = new Map(mappedTeams.map((team) => [teamGroupName(team), team]))
  const own = { name: user.username, id: user.uid, isImpostor: mapped.has(user.username) }
  const teams = [...new Map(memberships.map((membership) => [membership.id, membership])).values()].map(
    ({ team, id }) => {
      const name = teamGroupName(team)
      const meant = mapped.get(name)
      return { name, id: id + teamGidOffset, isImpostor: meant !== undefined && !isSameTeam(meant, team) }
    },
  )
  const isGroup = (team: Group) => groupField.safeParse(team).success
  const invalid = teams.filter((team) => !isGroup(team))
  const possible = [own, ...teams.filter(isGroup)]
  const honest = possible.filter(({ isImpostor }) => !isImpostor)
  const names = countBy(honest.map(({ name }) => name))
  const clear = honest.filter(({ name }) => names.get(name) === 1)
  const ids = countBy(clear.map(({ id }) => id))
  const isNumbered = (group: Group) => ids.get(group.id) === 1 || group === own
  return {
    groups: clear
      .filter(isNumbered)
      .map(({ name, id }) => ({ name, id }))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
    unnumbered: sortedNames(clear.filter((group) => !isNumbered(group))),
    invalid: sortedNames(invalid),
    ambiguous: sortedNames(possible.filter((group) => !clear.includes(group))),
  }
}

/** Each once. */
function sortedNames(groups: readonly { name: string }[]): string[] {
  return [...new Set(groups.map(({ name }) => name))].sort()
}

function countBy<T>(values: readonly T[]): Map<T | number | bigint, number> {
  const counts = new Map<T | number | bigint, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}
