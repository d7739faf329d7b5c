import { Anchor } from '@mantine/core'
import { Link, useParams } from 'react-router'
import { Page } from '../../components/Page.tsx'
import { History } from '../../history/History.tsx'

export function UserHistoryPage() {
  const { username = '' } = useParams()
  return (
    <Page title={`History of ${username}`}>
      <Anchor component={Link} to={`/admin/users/${username}`} size="sm">
        {username}
      </Anchor>
      <History key={username} owner={username} />
    </Page>
  )
}
