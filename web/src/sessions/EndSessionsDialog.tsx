import { Text } from '@mantine/core'
import { useEndSessions } from '../api/sessions.ts'
import type { BrowserSession } from '../api/types.ts'
import { ConfirmDialog } from '../components/ConfirmDialog.tsx'
import { useDeed } from '../components/use-deed.ts'

/** What is to be ended. */
export type Ending =
  | { kind: 'one'; session: BrowserSession }
  | { kind: 'others'; count: number }
  | { kind: 'all'; count: number }

interface EndSessionsDialogProps {
  username: string
  ending: Ending
  onClose(): void
}

export function EndSessionsDialog({ username, ending, onClose }: EndSessionsDialogProps) {
  const end = useDeed(useEndSessions(username), {
    message: () => (ending.kind === 'one' ? 'The session has ended' : 'The sessions have ended'),
    onDone: onClose,
  })
  const { title, text } = wordsOf(ending)
  return (
    <ConfirmDialog
      title={title}
      action={ending.kind === 'one' ? 'End the session' : `End ${ending.count.toLocaleString()}`}
      deed={end}
      onConfirm={() => end.run(ending.kind === 'one' ? { key: ending.session.token } : ending.kind)}
      onClose={onClose}
    >
      <Text>{text}</Text>
    </ConfirmDialog>
  )
}

function wordsOf(ending: Ending): { title: string; text: string } {
  const derived = 'What was derived from it, as for notebooks and services, ends too.'
  if (ending.kind === 'one' && ending.session.current) {
    return { title: 'End this session?', text: `You will have to log in again. ${derived}` }
  }
  if (ending.kind === 'one') {
    return { title: 'End this session?', text: `Whoever uses it will have to log in again. ${derived}` }
  }
  if (ending.kind === 'others') {
    return {
      title: 'End all other sessions?',
      text: 'Only this one goes on. What was derived from them ends too.',
    }
  }
  return {
    title: 'End all sessions?',
    text: 'All of them end, the one of whoever reads this included if it is among them. What was derived from them ends too.',
  }
}
