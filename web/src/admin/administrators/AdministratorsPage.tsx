import { Alert, Anchor, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { adminsQuery, useRemoveAdmin } from '../../api/admin.ts'
import { useSession } from '../../api/session.ts'
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx'
import { DataTable } from '../../components/DataTable.tsx'
import { Empty } from '../../components/Empty.tsx'
import { Failure } from '../../components/Failure.tsx'
import { Loading } from '../../components/Loading.tsx'
import { Page } from '../../components/Page.tsx'
import { RowButton } from '../../components/RowButton.tsx'
import { useDeed } from '../../components/use-deed.ts'
import { AddAdministrator } from './AddAdministrator.tsx'

export function AdministratorsPage() {
  const { may_change_admins: mayChange } = useSession()
  return (
    <Page title="Administrators">
      {mayChange ? (
        <AddAdministrator />
      ) : (
        <Alert color="blue" mb="md">
          Only administrators that are listed here may change the list; you have the scope by other means.
        </Alert>
      )}
      <Administrators mayChange={mayChange} />
    </Page>
  )
}

function Administrators({ mayChange }: { mayChange: boolean }) {
  const { data, error, refetch } = useQuery(adminsQuery)
  const [removing, setRemoving] = useState<string | null>(null)
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading what="Loading administrators" />
  if (data.length === 0) return <Empty title="No administrators" />
  const columns = [
    {
      ...{ head: 'Name', place: 'title' as const },
      cell: ({ username }: { username: string }) => (
        <Anchor component={Link} to={`/admin/users/${username}`}>
          {username}
        </Anchor>
      ),
    },
    {
      ...{ head: 'Actions', place: 'end' as const },
      cell: ({ username }: { username: string }) => (
        <RowButton label={`Remove ${username}`} disabled={!mayChange} onClick={() => setRemoving(username)}>
          Remove …
        </RowButton>
      ),
    },
  ]
  return (
    <>
      <DataTable label="Administrators" items={data} keyOf={({ username }) => username} columns={columns} />
      {removing !== null && <RemoveDialog username={removing} onClose={() => setRemoving(null)} />}
    </>
  )
}

function RemoveDialog({ username, onClose }: { username: string; onClose(): void }) {
  const session = useSession()
  const remove = useDeed(useRemoveAdmin(), {
    message: () => `${username} is no administrator any more`,
    onDone: onClose,
  })
  return (
    <ConfirmDialog
      title={`Remove ${username}?`}
      action="Remove"
      deed={remove}
      onConfirm={() => remove.run(username)}
      onClose={onClose}
    >
      <Group>
        <Text>
          {username === session.username ? 'You' : 'They'} will not get the scope of administrators with the
          next login. Sessions and tokens that have it keep it: revoke those too where that matters.
        </Text>
      </Group>
    </ConfirmDialog>
  )
}
