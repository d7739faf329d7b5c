import { Anchor, Badge, Checkbox, Group, Text } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link, useSearchParams } from 'react-router'
import { usersQuery } from '../../api/admin.ts'
import type { KnownUser } from '../../api/types.ts'
import { DataTable } from '../../components/DataTable.tsx'
import { Empty } from '../../components/Empty.tsx'
import { Failure } from '../../components/Failure.tsx'
import { Loading } from '../../components/Loading.tsx'
import { MoreOf } from '../../components/MoreOf.tsx'
import { Page } from '../../components/Page.tsx'
import { SearchInput } from '../../components/SearchInput.tsx'
import { Time } from '../../components/Time.tsx'
import { useSetParameter } from '../../components/use-set-parameter.ts'
import { typesName } from '../../tokens/token-types.ts'

export function UsersPage() {
  const [parameters] = useSearchParams()
  const prefix = parameters.get('prefix') ?? ''
  const frozen = parameters.get('frozen') === 'true'
  const set = useSetParameter()
  return (
    <Page title="Users">
      <Group align="end" mb="md">
        <SearchInput
          label="Begins with"
          value={prefix}
          onChange={(text) => set('prefix', text.toLowerCase())}
        />
        <Checkbox
          label="Only frozen ones"
          checked={frozen}
          onChange={(event) => set('frozen', event.currentTarget.checked ? 'true' : '')}
          mb={8}
        />
      </Group>
      <UserTable prefix={prefix} frozen={frozen} />
    </Page>
  )
}

function UserTable({ prefix, frozen }: { prefix: string; frozen: boolean }) {
  const query = useInfiniteQuery({ ...usersQuery(prefix, frozen), placeholderData: keepPreviousData })
  const { data, error } = query
  if (error && !data) return <Failure error={error} onRetry={() => void query.refetch()} />
  if (!data) return <Loading what="Loading users" />
  const users = data.pages.flatMap((page) => page.users)
  if (users.length === 0) return <Empty title="No such users" />
  return (
    <>
      <DataTable label="Users" items={users} keyOf={({ username }) => username} columns={COLUMNS} />
      <MoreOf query={query} />
    </>
  )
}

const COLUMNS = [
  { head: 'Name', place: 'title' as const, cell: (user: KnownUser) => <Name user={user} /> },
  { head: 'Tokens', cell: ({ tokens }: KnownUser) => tokens.toLocaleString() },
  {
    head: 'By kind',
    cell: ({ by_type: byType }: KnownUser) =>
      byType.map(({ token_type: type, count }) => `${typesName(type)}: ${count.toLocaleString()}`).join(', '),
  },
  {
    head: 'Last used',
    cell: ({ last_used: lastUsed }: KnownUser) =>
      lastUsed === undefined ? (
        <Text size="sm" c="dimmed">
          never
        </Text>
      ) : (
        <Time seconds={lastUsed} />
      ),
  },
]

function Name({ user }: { user: KnownUser }) {
  return (
    <Group gap="xs">
      <Anchor component={Link} to={`/admin/users/${user.username}`} fw={600}>
        {user.username}
      </Anchor>
      <UserBadges user={user} />
    </Group>
  )
}

export function UserBadges({ user }: { user: KnownUser }) {
  return (
    <>
      {user.admin && (
        <Badge variant="light" radius="sm" tt="none">
          administrator
        </Badge>
      )}
      {user.frozen && (
        <Badge variant="light" color="red" radius="sm" tt="none">
          frozen
        </Badge>
      )}
    </>
  )
}
