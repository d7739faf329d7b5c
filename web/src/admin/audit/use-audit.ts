import { useCallback, useEffect, useRef, useState } from 'react'
import { audit, forgetEverything } from '../../api/audit.ts'
import { leaveIfEnded } from '../../api/query-client.ts'
import type { AuditFinding, AuditLine } from '../../api/types.ts'

type Summary = Extract<AuditLine, { event: 'summary' }>

export interface AuditState {
  isRunning: boolean
  /** Whether what can be repaired is, as it is found. */
  repairs: boolean
  checked: number
  /** About how many there are. */
  total: number
  findings: readonly AuditFinding[]
  /** Null: it has not come to its end. */
  summary: Summary | null
  error: Error | null
}

const NONE: AuditState = {
  isRunning: false,
  repairs: false,
  checked: 0,
  total: 0,
  findings: [],
  summary: null,
  error: null,
}

/** An audit that somebody looks on at; null: none was begun. It ends when they leave. */
export function useAudit() {
  const [state, setState] = useState<AuditState | null>(null)
  const running = useRef<AbortController>(null)
  const stop = useCallback(() => {
    running.current?.abort()
    setState((before) => before && { ...before, isRunning: false })
  }, [])
  useEffect(() => () => running.current?.abort(), [])

  const start = useCallback(async (repair: boolean) => {
    running.current?.abort()
    const controller = new AbortController()
    const { signal } = controller
    running.current = controller
    setState({ ...NONE, isRunning: true, repairs: repair })
    const change = (next: (before: AuditState) => AuditState) => {
      if (!signal.aborted) setState((before) => before && next(before))
    }
    try {
      for await (const line of audit({ repair, signal })) change((before) => withLine(before, line))
      change((before) => ({ ...before, isRunning: false }))
    } catch (error) {
      leaveIfEnded(error as Error)
      change((before) => ({ ...before, isRunning: false, error: error as Error }))
    }
    if (repair) await forgetEverything()
  }, [])

  /** Puts in what a repair has made of some findings. */
  const noteRepaired = useCallback((repaired: readonly AuditFinding[]) => {
    setState(
      (before) => before && { ...before, findings: before.findings.map((one) => laterOf(one, repaired)) },
    )
  }, [])
  return { state, start, stop, noteRepaired }
}

function withLine(state: AuditState, line: AuditLine): AuditState {
  switch (line.event) {
    case 'progress':
      return { ...state, checked: line.checked, total: line.total }
    case 'finding':
      return { ...state, findings: [...state.findings, line] }
    case 'summary':
      return { ...state, checked: line.checked, summary: line }
  }
}

function laterOf(finding: AuditFinding, repaired: readonly AuditFinding[]): AuditFinding {
  return repaired.find(({ token, kind }) => token === finding.token && kind === finding.kind) ?? finding
}
