import { useParams } from 'react-router'
import { TokenView } from '../../token/TokenView.tsx'

/** A token of somebody else's. */
export function UserTokenPage() {
  const { username = '', key = '' } = useParams()
  const user = `/admin/users/${username}`
  return (
    <TokenView key={key} username={username} tokenKey={key} listPath={user} historyPath={`${user}/history`} />
  )
}
