import type { MaintenanceReport } from '../../services/maintenance.ts'
import { parsePositive } from '../arguments.ts'
import type { CliCommand } from '../cli-command.ts'
import { interruptible, requireAllDone } from '../interrupt.ts'
import { writeFields, writeJson } from '../output.ts'
import { startProgress } from '../progress.ts'
import type { Shell } from '../shell.ts'
import { withPorthor } from '../with-porthor.ts'

interface MaintenanceFlags {
  limit?: number
  json?: boolean
}

/** `maintenance`: what has expired goes, with old history. `serve` does the same on its schedule. */
export function addMaintenance(program: CliCommand, shell: Shell): void {
  program
    .command('maintenance')
    .description('Remove expired tokens and old history, in batches that hinder nobody')
    .option('--limit <count>', 'end after so many expired tokens', parsePositive)
    .option('--json', 'print the counts as JSON')
    .example('From a schedule, hourly', 'porthor maintenance --config porthor.yaml')
    .example('A part of a large backlog', 'porthor maintenance --limit 100000 --json')
    .action(async (flags: MaintenanceFlags, command: CliCommand) => {
      await withPorthor(shell, command, ({ maintenance }) =>
        interruptible(async (signal) => {
          const progress = startProgress(shell.stderr, 'Removing expired tokens and old history:')
          const report = await maintenance.run({
            ...(flags.limit !== undefined && { limit: flags.limit }),
            onProgress: (done) => progress.update(done.expired + done.truncatedEntries, null),
            signal,
          })
          progress.clear()
          writeReport(shell, report, flags.json)
          requireAllDone(signal)
        }),
      )
    })
}

function writeReport({ stdout }: Shell, report: MaintenanceReport, json = false): void {
  if (json) {
    writeJson(stdout, {
      expired: report.expired,
      descendants: report.descendants,
      truncated_entries: report.truncatedEntries,
      active_sessions: report.activeSessions,
      user_tokens: report.userTokens,
    })
    return
  }
  writeFields(stdout, [
    ['Expired tokens removed', report.expired],
    ['Removed with them, being derived from them', report.descendants],
    ['Old history entries removed', report.truncatedEntries],
    ['Users with a session', report.activeSessions],
    ['Tokens made by users', report.userTokens],
  ])
}
