import { Alert, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type RevocationResult, revocationQuery, useRevokeTokens } from '../api/revocations.ts'
import { useSession } from '../api/session.ts'
import type { TokenInfo } from '../api/types.ts'
import { ConfirmDialog } from '../components/ConfirmDialog.tsx'
import { Failure } from '../components/Failure.tsx'
import { Loading } from '../components/Loading.tsx'
import { useDeed } from '../components/use-deed.ts'
import { isolated } from '../format/isolated.ts'
import { titleOf } from '../tokens/token-types.ts'
import { Consequences } from './Consequences.tsx'
import { NotRevoked } from './NotRevoked.tsx'

interface RevokeDialogProps {
  /** One or several, of one user or of several. */
  tokens: readonly TokenInfo[]
  onClose(): void
}

/** Says what revoking tokens would end with them, and does it. */
export function RevokeDialog({ tokens, onClose }: RevokeDialogProps) {
  const session = useSession()
  const preview = useQuery(revocationQuery(tokens))
  const [result, setResult] = useState<RevocationResult | null>(null)
  const what = nameOf(tokens)
  const revoke = useDeed(useRevokeTokens(), {
    message: ({ failures }) =>
      failures.length === 0 ? `${what} ${tokens.length === 1 ? 'was' : 'were'} revoked` : null,
    onDone(done) {
      if (done.failures.length === 0) onClose()
      else setResult(done)
    },
  })
  if (result) return <NotRevoked result={result} onClose={onClose} />
  const count = preview.data?.ended.length ?? 0
  const endsSession = preview.data?.ended.some(({ token }) => token === session.token) ?? false
  return (
    <ConfirmDialog
      title={`Revoke ${what}`}
      action={count > 1 ? `Revoke ${count.toLocaleString()} tokens` : 'Revoke'}
      isDisabled={count === 0}
      deed={revoke}
      onConfirm={() => revoke.run(tokens)}
      onClose={onClose}
    >
      <Stack mih="6rem">
        {preview.data && <Consequences tokens={tokens} revocation={preview.data} />}
        {preview.error && <Failure error={preview.error} onRetry={() => void preview.refetch()} />}
        {preview.isPending && <Loading what="Looking for what was derived" />}
        {endsSession && (
          <Alert color="orange">
            <Text size="sm">This ends the session that you are using: you will have to log in again.</Text>
          </Alert>
        )}
      </Stack>
    </ConfirmDialog>
  )
}

function nameOf(tokens: readonly TokenInfo[]): string {
  const [first] = tokens
  return first && tokens.length === 1 ? isolated(titleOf(first)) : `${tokens.length.toLocaleString()} tokens`
}
