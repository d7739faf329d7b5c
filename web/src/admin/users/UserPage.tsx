import { Alert, Anchor, Button, Group, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { userQuery } from '../../api/admin.ts'
import type { KnownUser } from '../../api/types.ts'
import { Failure } from '../../components/Failure.tsx'
import { Loading } from '../../components/Loading.tsx'
import { Page } from '../../components/Page.tsx'
import { Time } from '../../components/Time.tsx'
import { actorName } from '../../history/words.ts'
import { SessionList } from '../../sessions/SessionList.tsx'
import { TokenList } from '../../tokens/TokenList.tsx'
import { FreezeDialog } from './FreezeDialog.tsx'
import { RevokeUserDialog } from './RevokeUserDialog.tsx'
import { UnfreezeDialog } from './UnfreezeDialog.tsx'
import { UserBadges } from './UsersPage.tsx'

type Dialog = 'freeze' | 'unfreeze' | 'revoke'

/** A user, as administrators see them. */
export function UserPage() {
  const { username = '' } = useParams()
  return <User key={username} username={username} />
}

function User({ username }: { username: string }) {
  const { data: user, error, isPending, refetch } = useQuery(userQuery(username))
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const close = () => setDialog(null)
  return (
    <Page title={username} actions={<Actions isFrozen={user?.frozen !== undefined} onChoose={setDialog} />}>
      <Group gap="sm" mb="md" mih={24}>
        {user && <UserBadges user={user} />}
        <Anchor component={Link} to={`/admin/users/${username}/history`} size="sm">
          History
        </Anchor>
      </Group>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {user?.frozen && <Frozen frozen={user.frozen} />}
      {isPending ? <Loading what="Loading the user" /> : <Holdings username={username} />}
      {dialog === 'freeze' && <FreezeDialog username={username} onClose={close} />}
      {dialog === 'unfreeze' && <UnfreezeDialog username={username} onClose={close} />}
      {dialog === 'revoke' && <RevokeUserDialog username={username} onClose={close} />}
    </Page>
  )
}

/** Shown when it is known whether something stands above it. */
function Holdings({ username }: { username: string }) {
  return (
    <TokenList username={username}>
      <section aria-labelledby="sessions">
        <Title order={2} size="h4" id="sessions" mt="xl" mb="sm">
          Sessions
        </Title>
        <SessionList username={username} />
      </section>
    </TokenList>
  )
}

function Actions({ isFrozen, onChoose }: { isFrozen: boolean; onChoose(dialog: Dialog): void }) {
  return (
    <Group gap="xs">
      {/* One button, which keeps the keyboard when it says the other. */}
      <Button variant="default" onClick={() => onChoose(isFrozen ? 'unfreeze' : 'freeze')}>
        {isFrozen ? 'Unfreeze …' : 'Freeze …'}
      </Button>
      <Button color="red" variant="outline" onClick={() => onChoose('revoke')}>
        Revoke all …
      </Button>
    </Group>
  )
}

function Frozen({ frozen }: { frozen: NonNullable<KnownUser['frozen']> }) {
  return (
    <Alert color="red" title={`${actorName(frozen.actor)} has frozen this user`} mb="md">
      <Time seconds={frozen.since} />
      {frozen.reason !== undefined && <div>{frozen.reason}</div>}
    </Alert>
  )
}
