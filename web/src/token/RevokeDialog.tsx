import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { useSession } from '../api/session.ts'
import { revocationQuery, useRevokeToken } from '../api/tokens.ts'
import type { TokenInfo } from '../api/types.ts'
import { Dialog } from '../components/Dialog.tsx'
import { Failure } from '../components/Failure.tsx'
import { FormFailure } from '../components/FormFailure.tsx'
import { Loading } from '../components/Loading.tsx'
import { explain } from '../format/errors.ts'
import { titleOf } from '../tokens/token-types.ts'
import { holders } from './holders.ts'

interface RevokeDialogProps {
  token: TokenInfo
  onClose(): void
  /** When it is done, instead of onClose. */
  onRevoked?: () => void
}

/** Says what revoking a token would end with it, and does it. */
export function RevokeDialog({ token, onClose, onRevoked }: RevokeDialogProps) {
  const session = useSession()
  const preview = useQuery(revocationQuery(token.username, token.token))
  const revoke = useRevokeToken(token)
  const title = titleOf(token)

  function submit(): void {
    revoke.mutate(undefined, {
      onSuccess() {
        notifications.show({ message: `${title} was revoked` })
        if (onRevoked) onRevoked()
        else onClose()
      },
    })
  }

  return (
    <Dialog onClose={onClose} title={`Revoke ${title}`}>
      <Stack mih="10rem" justify="space-between">
        {preview.data && <Consequences ended={preview.data} />}
        {preview.error && <Failure error={preview.error} onRetry={() => void preview.refetch()} />}
        {preview.isPending && <Loading what="Looking for what was derived from it" />}
        {preview.data?.some(({ token: key }) => key === session.token) && (
          <Alert color="orange">
            This ends the session that you are using: you will have to log in again.
          </Alert>
        )}
        <FormFailure message={revoke.error && explain(revoke.error).text} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red" disabled={!preview.data} loading={revoke.isPending} onClick={submit}>
            {preview.data && preview.data.length > 1 ? `Revoke ${preview.data.length} tokens` : 'Revoke'}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}

/** @param props.ended - The token itself first. */
function Consequences({ ended }: { ended: readonly TokenInfo[] }) {
  const derived = ended.slice(1)
  if (derived.length === 0) {
    return <Text>Nothing was derived from it. It ends at once, and this cannot be undone.</Text>
  }
  return (
    <div>
      <Text>
        It ends at once, with {derived.length.toLocaleString()}{' '}
        {derived.length === 1 ? 'token that was' : 'tokens that were'} derived from it. This cannot be undone.
      </Text>
      <ul>
        {holders(derived).map(({ name, count }) => (
          <li key={name}>
            {name}: {count.toLocaleString()}
          </li>
        ))}
      </ul>
    </div>
  )
}
