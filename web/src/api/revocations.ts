import { queryOptions, useMutation } from '@tanstack/react-query'
import { ApiError, answer, answerWithHeaders, nextCursor } from 'porthor/client'
import { api } from './client.ts'
import { queryClient } from './query-client.ts'
import { sessionQuery } from './session.ts'
import { forgetTokens } from './tokens.ts'
import type { TokenInfo } from './types.ts'

/** So many the API revokes at a time. */
const MOST_AT_ONCE = 100

type KeyedToken = Pick<TokenInfo, 'username' | 'token'>

export interface Revocation {
  /** The tokens themselves and everything that was derived from them, each once. */
  ended: TokenInfo[]
  /** Keys of those that have ended already. */
  gone: string[]
}

/** What revoking these tokens would end. */
export function revocationQuery(tokens: readonly KeyedToken[]) {
  return queryOptions({
    queryKey: ['revocation', tokens.map(({ token }) => token)],
    queryFn: async (): Promise<Revocation> => {
      const trees = await Promise.all(tokens.map(fetchTree))
      // One may have been derived from another.
      const ended = new Map(trees.flatMap((tree) => tree ?? []).map((token) => [token.token, token]))
      const gone = tokens.filter((_, index) => trees[index] === null)
      return { ended: [...ended.values()], gone: gone.map(({ token }) => token) }
    },
    // What somebody agrees to is what is there now.
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })
}

/** A token and everything that was derived from it; null: it has ended. */
async function fetchTree({ username, token: key }: KeyedToken): Promise<TokenInfo[] | null> {
  const tokens: TokenInfo[] = []
  let cursor: string | null = null
  do {
    const query = cursor === null ? {} : { cursor }
    try {
      const page = await answerWithHeaders(
        api.GET('/auth/api/v1/users/{username}/tokens/{key}/revocation', {
          params: { path: { username, key }, query },
        }),
      )
      tokens.push(...page.data)
      cursor = nextCursor(page.headers)
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null
      throw error
    }
  } while (cursor !== null)
  return tokens
}

export interface RevocationFailure {
  token: TokenInfo
  /** For people. */
  reason: string
}

export interface RevocationResult {
  /** Of what ended: the tokens, and what was derived from them. */
  ended: ReadonlySet<string>
  failures: RevocationFailure[]
}

/**
 * Revokes tokens, of one user or of several. What the API has against one of them keeps none of the others.
 *
 * Where the server fails, some may have ended: asking again does the rest.
 */
export function useRevokeTokens() {
  return useMutation({
    mutationFn: async (tokens: readonly TokenInfo[]): Promise<RevocationResult> => {
      const own = queryClient.getQueryData(sessionQuery.queryKey)?.token
      const results: RevocationResult[] = []
      for (const part of partsOf(tokens, own)) results.push(await revokePart(part))
      return together(results)
    },
    onSettled: (_result, _error, tokens) => {
      for (const username of new Set(tokens.map((token) => token.username))) void forgetTokens(username)
    },
  })
}

interface Part {
  username: string
  tokens: TokenInfo[]
}

/** Each of one user, and of no more than the API takes. The session in use comes last: nothing can be asked after its end. */
function partsOf(tokens: readonly TokenInfo[], own: string | undefined): Part[] {
  const isOwn = ({ token }: TokenInfo) => token === own
  const others = Map.groupBy(
    tokens.filter((token) => !isOwn(token)),
    ({ username }) => username,
  )
  const last = tokens.filter(isOwn).map((token) => ({ username: token.username, tokens: [token] }))
  return [
    ...[...others].flatMap(([username, all]) => slices(all).map((part) => ({ username, tokens: part }))),
    ...last,
  ]
}

function slices(tokens: readonly TokenInfo[]): TokenInfo[][] {
  const count = Math.ceil(tokens.length / MOST_AT_ONCE)
  return Array.from({ length: count }, (_, index) =>
    tokens.slice(index * MOST_AT_ONCE, (index + 1) * MOST_AT_ONCE),
  )
}

async function revokePart({ username, tokens }: Part): Promise<RevocationResult> {
  try {
    const { revoked, not_found: missing } = await answer(
      api.POST('/auth/api/v1/users/{username}/tokens/revoke', {
        params: { path: { username } },
        body: { tokens: tokens.map(({ token }) => token) },
      }),
    )
    const gone = tokens.filter(({ token }) => missing.includes(token))
    return {
      ended: new Set(revoked.map(({ token }) => token)),
      failures: gone.map((token) => ({ token, reason: 'It has ended already' })),
    }
  } catch (error) {
    if (!isRefusal(error)) throw error
    const [token, ...others] = tokens
    if (token && others.length === 0)
      return { ended: new Set(), failures: [{ token, reason: error.message }] }
    // Each by itself: what is wrong with one is said of that one.
    const results: RevocationResult[] = []
    for (const one of tokens) results.push(await revokePart({ username, tokens: [one] }))
    return together(results)
  }
}

/** Of this request, and not of any other that could be made now. */
function isRefusal(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status < 500 && error.status !== 401 && error.status !== 429
}

function together(results: readonly RevocationResult[]): RevocationResult {
  const ended = new Set(results.flatMap((result) => [...result.ended]))
  const failures = results.flatMap((result) => result.failures)
  // What was derived from one that was revoked before is not there any more.
  return { ended, failures: failures.filter(({ token }) => !ended.has(token.token)) }
}
