import type { TokenInfo, TokenType } from '../api/types.ts'

/** In the order in which they are listed. */
export const TOKEN_TYPES: readonly TokenType[] = [
  'user',
  'session',
  'notebook',
  'internal',
  'oidc',
  'service',
]

const NAMES: Readonly<Record<TokenType, { one: string; many: string; color: string }>> = {
  user: { one: 'User token', many: 'User tokens', color: 'blue' },
  session: { one: 'Session', many: 'Sessions', color: 'teal' },
  notebook: { one: 'Notebook token', many: 'Notebook tokens', color: 'grape' },
  internal: { one: 'Internal token', many: 'Internal tokens', color: 'orange' },
  oidc: { one: 'OpenID Connect token', many: 'OpenID Connect tokens', color: 'grape' },
  service: { one: 'Service token', many: 'Service tokens', color: 'red' },
}

export function typeName(type: TokenType): string {
  return NAMES[type].one
}

export function typesName(type: TokenType): string {
  return NAMES[type].many
}

export function typeColor(type: TokenType): string {
  return NAMES[type].color
}

type Named = Pick<TokenInfo, 'token_name' | 'service' | 'token_type'>

/** What a person calls a token: the name that it was given, or what it is for. */
export function titleOf({ token_name: name, service, token_type: type }: Named): string {
  if (name !== undefined) return name
  return service === undefined ? typeName(type) : `${typeName(type)} for ${service}`
}
