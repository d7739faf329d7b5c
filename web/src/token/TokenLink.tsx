import { Anchor, type AnchorProps } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useSession } from '../api/session.ts'
import type { TokenInfo } from '../api/types.ts'
import { titleOf } from '../tokens/token-types.ts'

interface TokenLinkProps extends AnchorProps {
  token: Pick<TokenInfo, 'username' | 'token' | 'token_name' | 'token_type' | 'service'>
  /** The token's title by default. */
  children?: ReactNode
}

/** To the page of a token: one's own, or an administrator's of somebody else's. */
export function TokenLink({ token, children, ...props }: TokenLinkProps) {
  const { username } = useSession()
  const isOwn = token.username === username
  const to = isOwn ? `/id/${token.token}` : `/admin/users/${token.username}/tokens/${token.token}`
  return (
    <Anchor component={Link} to={to} underline="hover" {...props}>
      {children ?? <bdi>{titleOf(token)}</bdi>}
    </Anchor>
  )
}
