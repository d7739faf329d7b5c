import { z } from 'zod'
import { type TokenInfo, tokenInfoAnswer, tokenInfoToAnswer } from './token-info.ts'

/** A token with what else a page shows of it. */
export interface TokenDetails extends TokenInfo {
  /** Whether it would be accepted, were its user not frozen: it has not expired, and its data is there. */
  live: boolean
  /** How many tokens were derived from it directly and are still there. */
  children: number
  /** Where it was last used; null: never, or not known. */
  lastUsedAddress: string | null
}

const details = {
  live: z.boolean().meta({ description: 'Whether it is accepted, as long as its user is not frozen' }),
  children: z.int().meta({ description: 'How many tokens were derived from it directly' }),
  last_used_address: z.string().optional().meta({ description: 'From where it was last used' }),
}

export const tokenDetailsAnswer = z.object({ ...tokenInfoAnswer.shape, ...details }).meta({
  id: 'TokenDetails',
  description: 'A token without its secret, and what else there is to say of it',
})

export type TokenDetailsAnswer = z.input<typeof tokenDetailsAnswer>

export function tokenDetailsToAnswer(token: TokenDetails): TokenDetailsAnswer {
  return {
    ...tokenInfoToAnswer(token),
    live: token.live,
    children: token.children,
    ...(token.lastUsedAddress !== null && { last_used_address: token.lastUsedAddress }),
  }
}
