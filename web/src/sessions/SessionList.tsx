import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { sessionsQuery } from '../api/sessions.ts'
import type { BrowserSession } from '../api/types.ts'
import { Empty } from '../components/Empty.tsx'
import { Failure } from '../components/Failure.tsx'
import { Loading } from '../components/Loading.tsx'
import { RowButton } from '../components/RowButton.tsx'
import { Time } from '../components/Time.tsx'
import { useTitleWhenGone } from '../components/use-title-when-gone.ts'
import { browserName } from '../format/user-agent.ts'
import { type Ending, EndSessionsDialog } from './EndSessionsDialog.tsx'
import classes from './SessionList.module.css'

/** The sessions of a user; of others than oneself all can be ended at once, for none is this one. */
export function SessionList({ username }: { username: string }) {
  const { data, error, refetch } = useQuery(sessionsQuery(username))
  const [ending, setEnding] = useState<Ending | null>(null)
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading what="Loading sessions" />
  if (data.length === 0) return <Empty title="No sessions" />
  const others = data.filter(({ current }) => !current)
  const hasCurrent = others.length < data.length
  const sessions = [...data.filter(({ current }) => current), ...others]
  return (
    <>
      <Group mb="md">
        {hasCurrent && others.length > 0 && (
          <EndButton onClick={() => setEnding({ kind: 'others', sessions: others })}>
            End all others …
          </EndButton>
        )}
        <EndButton onClick={() => setEnding({ kind: 'all', sessions })}>End all …</EndButton>
      </Group>
      <Stack component="ul" gap="sm" className={classes.list ?? ''}>
        {sessions.map((session) => (
          <li key={session.token}>
            <SessionCard session={session} onEnd={() => setEnding({ kind: 'one', sessions: [session] })} />
          </li>
        ))}
      </Stack>
      {ending && <EndSessionsDialog username={username} ending={ending} onClose={() => setEnding(null)} />}
    </>
  )
}

/** It goes with the sessions that it ends. */
function EndButton({ children, onClick }: { children: string; onClick(): void }) {
  return (
    <Button ref={useTitleWhenGone()} variant="default" onClick={onClick}>
      {children}
    </Button>
  )
}

function SessionCard({ session, onEnd }: { session: BrowserSession; onEnd(): void }) {
  const agent = session.user_agent
  const name = (agent !== undefined && browserName(agent)) || 'Unknown browser'
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" align="start" wrap="nowrap">
        <div className={classes.text}>
          <Group gap="xs">
            <Text fw={600}>{name}</Text>
            {session.current && (
              <Badge color="teal" variant="light" radius="sm" tt="none">
                this one
              </Badge>
            )}
          </Group>
          {agent !== undefined && (
            <Text size="xs" c="dimmed">
              {agent}
            </Text>
          )}
          <dl className={classes.facts}>
            <Fact name="Begun" seconds={session.created} />
            <Fact name="Last used" seconds={session.last_used} />
            <Fact name="Ends" seconds={session.expires} isEnd />
            {session.ip_address !== undefined && (
              <div>
                <dt>Begun from</dt>
                <dd>{session.ip_address}</dd>
              </div>
            )}
          </dl>
        </div>
        <RowButton label={`End ${name}`} onClick={onEnd}>
          End …
        </RowButton>
      </Group>
    </Paper>
  )
}

/** Nothing where the time is not known. */
function Fact({
  name,
  seconds,
  isEnd = false,
}: {
  name: string
  seconds: number | undefined
  isEnd?: boolean
}) {
  if (seconds === undefined) return null
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Time seconds={seconds} isEnd={isEnd} />
      </dd>
    </div>
  )
}
