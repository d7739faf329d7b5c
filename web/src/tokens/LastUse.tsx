import { Text } from '@mantine/core'
import type { TokenInfo } from '../api/types.ts'
import { Time } from '../components/Time.tsx'

/** When and from where a token was last used, as far as that was noted. */
export function LastUse({ token }: { token: TokenInfo & { last_used_address?: string } }) {
  if (token.last_used === undefined) {
    return (
      <Text span size="sm" c="dimmed">
        never
      </Text>
    )
  }
  return (
    <>
      <Time seconds={token.last_used} />
      {token.last_used_address !== undefined && (
        <Text size="xs" c="dimmed">
          from {token.last_used_address}
        </Text>
      )}
    </>
  )
}
