import { useSession } from '../api/session.ts'
import { Page } from '../components/Page.tsx'
import { SessionList } from './SessionList.tsx'

export function SessionsPage() {
  const { username } = useSession()
  return (
    <Page title="Your sessions">
      <SessionList username={username} />
    </Page>
  )
}
