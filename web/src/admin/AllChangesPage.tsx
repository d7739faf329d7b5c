import { Page } from '../components/Page.tsx'
import { History } from '../history/History.tsx'

export function AllChangesPage() {
  return (
    <Page title="Changes to all tokens">
      <History owner={null} />
    </Page>
  )
}
