import { useQuery } from '@tanstack/react-query'
import { tokenQuery } from '../api/tokens.ts'
import type { TokenInfo } from '../api/types.ts'
import { Dialog } from '../components/Dialog.tsx'
import { Failure } from '../components/Failure.tsx'
import { Loading } from '../components/Loading.tsx'
import { titleOf } from '../tokens/token-types.ts'
import { EditForm } from './EditForm.tsx'

interface EditDialogProps {
  token: TokenInfo
  onClose(): void
}

/** Changes a user token, as it is when the dialog opens: what a list says of it may be older. */
export function EditDialog({ token, onClose }: EditDialogProps) {
  const { data, error, refetch } = useQuery(tokenQuery(token.username, token.token))
  return (
    <Dialog onClose={onClose} title={`Edit ${titleOf(token)}`}>
      {data && <EditForm read={data} onClose={onClose} />}
      {!data && error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading what="Loading the token" />}
    </Dialog>
  )
}
