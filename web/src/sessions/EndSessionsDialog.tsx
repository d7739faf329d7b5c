import { Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { revocationQuery } from '../api/revocations.ts'
import { useEndSessions } from '../api/sessions.ts'
import type { BrowserSession, TokenInfo } from '../api/types.ts'
import { ConfirmDialog } from '../components/ConfirmDialog.tsx'
import { Failure } from '../components/Failure.tsx'
import { Loading } from '../components/Loading.tsx'
import { useDeed } from '../components/use-deed.ts'
import { Holders } from '../token/Holders.tsx'

/** What is to be ended. */
export interface Ending {
  kind: 'one' | 'others' | 'all'
  sessions: readonly BrowserSession[]
}

interface EndSessionsDialogProps {
  username: string
  ending: Ending
  onClose(): void
}

/** Says what would end with sessions, and ends them. */
export function EndSessionsDialog({ username, ending, onClose }: EndSessionsDialogProps) {
  const { kind, sessions } = ending
  const keys = sessions.map(({ token }) => token)
  const preview = useQuery(revocationQuery(keys.map((token) => ({ username, token }))))
  const end = useDeed(useEndSessions(username), {
    message: () => (kind === 'one' ? 'The session has ended' : 'The sessions have ended'),
    onDone: onClose,
  })
  const { title, text } = wordsOf(ending)
  const [first = ''] = keys
  return (
    <ConfirmDialog
      title={title}
      action={kind === 'one' ? 'End the session' : `End ${counted(keys.length, 'session')}`}
      isDisabled={preview.isPending}
      deed={end}
      onConfirm={() => end.run(kind === 'one' ? { key: first } : kind)}
      onClose={onClose}
    >
      <Stack mih="6rem">
        <Text>{text}</Text>
        {preview.data && <Derived tokens={preview.data.ended.filter(({ token }) => !keys.includes(token))} />}
        {preview.error && <Failure error={preview.error} onRetry={() => void preview.refetch()} />}
        {preview.isPending && <Loading what="Looking for what was derived" />}
      </Stack>
    </ConfirmDialog>
  )
}

function Derived({ tokens }: { tokens: readonly TokenInfo[] }) {
  if (tokens.length === 0) return <Text>Nothing was derived from what ends.</Text>
  return (
    <div>
      <Text>
        With that {tokens.length === 1 ? 'ends' : 'end'} {counted(tokens.length, 'token')} derived from it:
      </Text>
      <Holders tokens={tokens} />
    </div>
  )
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString()} ${noun}${count === 1 ? '' : 's'}`
}

function wordsOf({ kind, sessions }: Ending): { title: string; text: string } {
  switch (kind) {
    case 'one': {
      const who = sessions[0]?.current ? 'You' : 'Whoever uses it'
      return { title: 'End this session?', text: `${who} will have to log in again.` }
    }
    case 'others':
      return { title: 'End all other sessions?', text: 'Only this one goes on.' }
    case 'all': {
      const own = sessions.some(({ current }) => current)
        ? ', this one too: you will have to log in again'
        : ''
      return { title: 'End all sessions?', text: `All of them end${own}.` }
    }
  }
}
