import { Paper, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { UserInfo } from '../api/types.ts'
import { userInfoQuery } from '../api/user-info.ts'
import { Failure } from '../components/Failure.tsx'
import { Loading } from '../components/Loading.tsx'
import classes from './AboutYou.module.css'

/** Who one is, as services are told. */
export function AboutYou() {
  const { data, error, refetch } = useQuery(userInfoQuery)
  return (
    <Paper component="section" withBorder p="md" aria-labelledby="about-you">
      <Title order={2} size="h5" id="about-you" mb="xs">
        About you
      </Title>
      {data && <Facts user={data} />}
      {!data && error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading what="Loading what is known of you" />}
    </Paper>
  )
}

/** What is not known is left out. */
function Facts({ user: { username, name, email, uid, gid, groups } }: { user: UserInfo }) {
  return (
    <dl className={classes.facts}>
      <Fact name="Username">{username}</Fact>
      {name !== undefined && <Fact name="Name">{name}</Fact>}
      {email !== undefined && <Fact name="Email">{email}</Fact>}
      {uid !== undefined && <Fact name="UID">{uid}</Fact>}
      {gid !== undefined && <Fact name="GID">{gid}</Fact>}
      {groups.length > 0 && (
        <Fact name="Groups">
          <ul className={classes.groups}>
            {groups.map((group) => (
              <li key={group.name}>
                {group.name} <span className={classes.id}>{group.id}</span>
              </li>
            ))}
          </ul>
        </Fact>
      )}
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
