import { useSession } from '../api/session.ts'
import { Page } from '../components/Page.tsx'
import { History } from './History.tsx'

export function HistoryPage() {
  const { username } = useSession()
  return (
    <Page title="Your history">
      <History owner={username} />
    </Page>
  )
}
