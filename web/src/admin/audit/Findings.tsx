import { Anchor, Badge, Text } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'react-router'
import type { AuditFinding } from '../../api/types.ts'
import { DataTable } from '../../components/DataTable.tsx'
import { RowButton } from '../../components/RowButton.tsx'
import { RepairDialog } from './RepairDialog.tsx'
import { findingWords, kindName, repairWords } from './words.ts'

interface FindingsProps {
  findings: readonly AuditFinding[]
  isRunning: boolean
  onRepaired(findings: readonly AuditFinding[]): void
}

/** So many are shown; who has more repairs all, or reads them at the command line. */
const SHOWN = 500

export function Findings({ findings, isRunning, onRepaired }: FindingsProps) {
  const [repairing, setRepairing] = useState<AuditFinding | null>(null)
  const columns = [
    {
      ...{ head: 'What', place: 'title' as const },
      cell: (finding: AuditFinding) => (
        <>
          <Badge variant="light" color="orange" radius="sm" tt="none">
            {kindName(finding.kind)}
          </Badge>
          <Text size="sm">{findingWords(finding)}</Text>
        </>
      ),
    },
    { head: 'Token', cell: (finding: AuditFinding) => <FoundToken finding={finding} /> },
    { head: 'Repair', cell: (finding: AuditFinding) => repairWords(finding) },
    {
      ...{ head: 'Actions', place: 'end' as const },
      cell: (finding: AuditFinding) =>
        finding.repaired ? (
          <Badge variant="light" color="teal" radius="sm" tt="none">
            repaired
          </Badge>
        ) : (
          finding.repair && (
            <RowButton
              label={`Repair ${finding.token}`}
              disabled={isRunning}
              onClick={() => setRepairing(finding)}
            >
              Repair …
            </RowButton>
          )
        ),
    },
  ]
  return (
    <>
      <DataTable
        label="Findings"
        items={findings.slice(0, SHOWN)}
        keyOf={({ token, kind, scope = '' }) => `${token}/${kind}/${scope}`}
        columns={columns}
      />
      {findings.length > SHOWN && (
        <Text c="dimmed">{(findings.length - SHOWN).toLocaleString()} more are not shown.</Text>
      )}
      {repairing && (
        <RepairDialog finding={repairing} onClose={() => setRepairing(null)} onRepaired={onRepaired} />
      )}
    </>
  )
}

function FoundToken({ finding: { token, username } }: { finding: AuditFinding }) {
  if (username === undefined) return <code>{token}</code>
  return (
    <>
      <Anchor component={Link} to={`/admin/users/${username}/tokens/${token}`}>
        <code>{token}</code>
      </Anchor>{' '}
      of {username}
    </>
  )
}
