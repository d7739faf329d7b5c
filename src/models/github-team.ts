import { createHash } from 'node:crypto'

/** A team at GitHub, both in lower case: the slug is the team's name in its address. */
export interface GitHubTeam {
  readonly organization: string
  readonly slug: string
}

const MAXIMUM_NAME_LENGTH = 32
const KEPT_OF_LONG_NAME = 25
const HASH_LENGTH = 6

export function gitHubTeam(organization: string, slug: string): GitHubTeam {
  return { organization: organization.toLowerCase(), slug: slug.toLowerCase() }
}

/** The group that stands for a team (spec/login.md §3): shortened, with a hash, above 32 characters. */
export function teamGroupName({ organization, slug }: GitHubTeam): string {
  const name = `${organization}-${slug}`
  if (name.length <= MAXIMUM_NAME_LENGTH) return name
  const hash = createHash('sha256').update(name).digest('base64url')
  return `${name.slice(0, KEPT_OF_LONG_NAME)}-${hash.slice(0, HASH_LENGTH)}`
}

export function isSameTeam(one: GitHubTeam, other: GitHubTeam): boolean {
  return one.organization === other.organization && one.slug === other.slug
}
