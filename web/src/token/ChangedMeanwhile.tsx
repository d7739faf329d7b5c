import { Alert, Text } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import { queryClient } from '../api/query-client.ts'
import { type KnownToken, tokenQuery } from '../api/tokens.ts'
import type { TokenInfo } from '../api/types.ts'
import { LoadNow } from '../components/LoadNow.tsx'

interface ChangedMeanwhileProps {
  token: TokenInfo
  onLoaded(now: KnownToken): void
}

/** Nothing was saved, for the token is not what it was when the form was opened. */
export function ChangedMeanwhile({ token, onLoaded }: ChangedMeanwhileProps) {
  return (
    <Notice color="orange" title="Somebody else has changed this token meanwhile">
      <Text size="sm">
        Nothing was saved. Load what it is now: what you have typed stays, and you can look at both before you
        save.
      </Text>
      <LoadNow
        label="Load what it is now"
        load={() => queryClient.fetchQuery(tokenQuery(token.username, token.token))}
        onLoaded={onLoaded}
      />
    </Notice>
  )
}

/** What a form has of a state that was loaded into it. */
export function NewState({ news }: { news: readonly string[] }) {
  return (
    <Notice color="blue" title="This is what the token is now, with what you have typed">
      {news.map((text) => (
        <Text key={text} size="sm">
          {text}
        </Text>
      ))}
    </Notice>
  )
}

interface NoticeProps {
  color: string
  title: string
  children: ReactNode
}

/** At the top of a form whose button is at its end: whoever has pressed that is brought here. */
function Notice({ color, title, children }: NoticeProps) {
  const notice = useRef<HTMLDivElement>(null)
  useEffect(() => notice.current?.focus(), [])
  return (
    <Alert ref={notice} tabIndex={-1} role="alert" color={color} title={title}>
      {children}
    </Alert>
  )
}
