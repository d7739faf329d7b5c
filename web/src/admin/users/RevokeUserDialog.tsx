import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useRevokeUser, userRevocationQuery } from '../../api/admin.ts'
import type { UserRevocation } from '../../api/types.ts'
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx'
import { Failure } from '../../components/Failure.tsx'
import { Loading } from '../../components/Loading.tsx'
import { useDeed } from '../../components/use-deed.ts'
import { typesName } from '../../tokens/token-types.ts'

/** Says what revoking everything of a user would end, and does it. */
export function RevokeUserDialog({ username, onClose }: { username: string; onClose(): void }) {
  const preview = useQuery(userRevocationQuery(username))
  const revoke = useDeed(useRevokeUser(username), {
    message: (ended) => `${ended.toLocaleString()} tokens of ${username} were revoked`,
    onDone: onClose,
  })
  const count = preview.data?.tokens
  return (
    <ConfirmDialog
      title={`Revoke all tokens of ${username}?`}
      action={count === undefined ? 'Revoke all' : `Revoke ${count.toLocaleString()} tokens`}
      isDisabled={!count}
      deed={revoke}
      onConfirm={revoke.run}
      onClose={onClose}
    >
      {preview.isPending && <Loading what="Counting" />}
      {preview.error && <Failure error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.data && <Preview preview={preview.data} />}
    </ConfirmDialog>
  )
}

function Preview({ preview }: { preview: UserRevocation }) {
  const { tokens, by_type: byType, by_service: byService } = preview
  if (tokens === 0) return <Text>They have no token that could be revoked.</Text>
  return (
    <>
      <Text>This would end at once, and cannot be undone:</Text>
      <ul>
        {byType.map(({ token_type: type, count }) => (
          <li key={type}>
            {typesName(type)}: {count.toLocaleString()}
          </li>
        ))}
      </ul>
      {byService.length > 0 && (
        <>
          <Text>Of these, services hold:</Text>
          <ul>
            {byService.map(({ service, count }) => (
              <li key={service}>
                {service}: {count.toLocaleString()}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}
