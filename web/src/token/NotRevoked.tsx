import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import type { RevocationResult } from '../api/revocations.ts'
import { Dialog } from '../components/Dialog.tsx'
import { TokenNames } from './TokenNames.tsx'

interface NotRevokedProps {
  result: RevocationResult
  onClose(): void
}

/** What came of revoking tokens where not all went well. */
export function NotRevoked({ result: { ended, failures }, onClose }: NotRevokedProps) {
  const reasons = new Map(failures.map(({ token, reason }) => [token.token, reason]))
  return (
    <Dialog onClose={onClose} title={ended.size === 0 ? 'Nothing was revoked' : 'Not all were revoked'}>
      <Stack>
        {ended.size > 0 && (
          <Text>
            {ended.size.toLocaleString()} {ended.size === 1 ? 'token has' : 'tokens have'} ended, what was
            derived included.
          </Text>
        )}
        <Alert color="red" role="alert" title="Not revoked">
          <TokenNames
            tokens={failures.map(({ token }) => token)}
            remark={({ token }) => `: ${reasons.get(token)}`}
          />
        </Alert>
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            Close
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
