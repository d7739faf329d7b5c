import { Button } from '@mantine/core'
import { Link } from 'react-router'
import { useSession } from '../api/session.ts'
import { Page } from '../components/Page.tsx'
import { TokenList } from './TokenList.tsx'

export function TokensPage() {
  const { username } = useSession()
  return (
    <Page
      title="Your tokens"
      actions={
        <Button component={Link} to="/new">
          New token
        </Button>
      }
    >
      <TokenList username={username} />
    </Page>
  )
}
