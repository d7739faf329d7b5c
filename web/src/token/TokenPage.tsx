import { useParams } from 'react-router'
import { useSession } from '../api/session.ts'
import { TokenView } from './TokenView.tsx'

/** A token of one's own. */
export function TokenPage() {
  const { username } = useSession()
  const { key = '' } = useParams()
  return <TokenView key={key} username={username} tokenKey={key} listPath="/" historyPath="/history" />
}
