import { Badge, Text } from '@mantine/core'
import type { TokenInfo } from '../api/types.ts'
import { Time } from '../components/Time.tsx'
import { useNow } from '../components/use-now.ts'

const SOON_SECONDS = 7 * 86_400

/** When a token ends, or that it has ended or never does. */
export function Expiry({ token }: { token: TokenInfo & { live?: boolean } }) {
  const now = useNow()
  const { expires } = token
  if (expires === undefined) {
    return (
      <>
        <Text span size="sm">
          never
        </Text>{' '}
        {token.live === false && <Ended />}
      </>
    )
  }
  return (
    <>
      <Time seconds={expires} isEnd />{' '}
      {expires <= now || token.live === false ? (
        <Ended />
      ) : (
        expires - now < SOON_SECONDS && <Soon type={token.token_type} />
      )}
    </>
  )
}

function Ended() {
  return (
    <Badge size="xs" color="red" variant="light" radius="sm" tt="none">
      ended
    </Badge>
  )
}

/** Other tokens are short-lived by nature. */
function Soon({ type }: { type: TokenInfo['token_type'] }) {
  if (type !== 'user' && type !== 'service') return null
  return (
    <Badge size="xs" color="orange" variant="light" radius="sm" tt="none">
      soon
    </Badge>
  )
}
