import { Anchor, Text } from '@mantine/core'
import { Link } from 'react-router'
import { Page } from '../components/Page.tsx'

export function NotFoundPage() {
  return (
    <Page title="There is no such page">
      <Text>
        The link may be old. Go to{' '}
        <Anchor component={Link} to="/">
          your tokens
        </Anchor>
        .
      </Text>
    </Page>
  )
}
