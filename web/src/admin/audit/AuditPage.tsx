import { Alert, Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx'
import { Failure } from '../../components/Failure.tsx'
import { Page } from '../../components/Page.tsx'
import { Findings } from './Findings.tsx'
import { type AuditState, useAudit } from './use-audit.ts'

/** Whether the database and the store of token data say the same. */
export function AuditPage() {
  const { state, start, stop, noteRepaired } = useAudit()
  const [isAsking, setIsAsking] = useState(false)
  const canRepair = state?.findings.some(({ repair, repaired }) => repair && !repaired) ?? false
  return (
    <Page title="Audit">
      <Text mb="md" maw="48rem">
        Compares each token in the database with what the store of token data says of it, and with its parent.
        Repairs only ever take away, and are in the history.
      </Text>
      <Group mb="md">
        {state?.isRunning ? (
          <Button variant="default" onClick={stop}>
            Stop
          </Button>
        ) : (
          <Button onClick={() => void start(false)}>Compare the stores</Button>
        )}
        {canRepair && !state?.isRunning && (
          <Button color="red" variant="outline" onClick={() => setIsAsking(true)}>
            Repair all …
          </Button>
        )}
      </Group>
      {state && <Progress state={state} />}
      {state?.error && <Failure error={state.error} onRetry={() => void start(false)} />}
      {state?.summary?.alarm !== undefined && (
        <Alert color="red" title="Nothing was repaired" mb="md">
          {state.summary.alarm}
        </Alert>
      )}
      {state && state.findings.length > 0 && (
        <Findings findings={state.findings} isRunning={state.isRunning} onRepaired={noteRepaired} />
      )}
      {isAsking && (
        <ConfirmDialog
          title="Repair all?"
          action="Repair all"
          deed={NOTHING_TO_WAIT_FOR}
          onClose={() => setIsAsking(false)}
          onConfirm={() => {
            setIsAsking(false)
            void start(true)
          }}
        >
          <Text>
            All tokens are looked at again, and what is wrong with them now is repaired. Tokens may end or
            lose scopes; this cannot be undone. Where very much is wrong, nothing is done: then a store is
            more likely at fault than the tokens.
          </Text>
        </ConfirmDialog>
      )}
    </Page>
  )
}

/** What a repair of all comes to is seen on the page itself. */
const NOTHING_TO_WAIT_FOR = { isPending: false, error: null }

function Progress({ state }: { state: AuditState }) {
  return (
    <Text role="status" mb="md">
      {progressWords(state)}
    </Text>
  )
}

function progressWords({ isRunning, checked, total, findings, summary, repairs, error }: AuditState): string {
  const found = findings.length === 0 ? 'nothing found' : `${findings.length.toLocaleString()} found`
  if (isRunning) return `Looked at ${checked.toLocaleString()} of about ${total.toLocaleString()}, ${found} …`
  // Who has seen a part only is not told that there is nothing.
  if (error) return `It failed after ${checked.toLocaleString()}${findings.length > 0 ? `, ${found}` : ''}.`
  if (!summary) return `Stopped after ${checked.toLocaleString()}, ${found}.`
  const repaired = repairs ? `, ${summary.repaired.toLocaleString()} repaired` : ''
  return `Looked at ${summary.checked.toLocaleString()}, ${found}${repaired}.`
}
