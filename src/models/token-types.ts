/** The six types of tokens, in the order of the database's enum (spec/tokens.md §2). */
export const TOKEN_TYPES = ['session', 'user', 'notebook', 'internal', 'service', 'oidc'] as const
export type TokenType = (typeof TOKEN_TYPES)[number]

/** Types that are derived from a parent. */
export type ChildTokenType = 'notebook' | 'internal' | 'oidc'
