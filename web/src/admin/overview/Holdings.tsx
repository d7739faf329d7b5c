import { Paper, Text } from '@mantine/core'
import { Link } from 'react-router'
import type { Statistics } from '../../api/types.ts'
import { typesName } from '../../tokens/token-types.ts'
import classes from './Holdings.module.css'

/** What there is just now. */
export function Holdings({
  statistics: { tokens, users, frozen_users: frozen },
}: {
  statistics: Statistics
}) {
  return (
    <div className={classes.holdings}>
      <Figure name="Users with tokens" count={users} to="/admin/users" />
      <Figure name="Frozen users" count={frozen} to="/admin/users?frozen=true" />
      {tokens.map(({ token_type: type, count }) => (
        <Figure key={type} name={typesName(type)} count={count} to={`/admin/tokens?kind=${type}`} />
      ))}
    </div>
  )
}

function Figure({ name, count, to }: { name: string; count: number; to: string }) {
  return (
    <Paper withBorder p="sm" component={Link} to={to} className={classes.figure ?? ''}>
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text size="xl" fw={700}>
        {count.toLocaleString()}
      </Text>
    </Paper>
  )
}
