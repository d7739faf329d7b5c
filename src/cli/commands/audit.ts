import { Option } from 'commander'
import { AuditAlert } from '../../services/alerts/audit-alert.ts'
import type { AuditFinding, AuditSummary } from '../../services/audit-finding.ts'
import type { Reconciler } from '../../services/reconciler.ts'
import { parseSeconds } from '../arguments.ts'
import type { CliCommand } from '../cli-command.ts'
import { CommandError, EXIT } from '../exit-codes.ts'
import { interruptible } from '../interrupt.ts'
import { counted, JsonArrayWriter, writeLine } from '../output.ts'
import { startProgress } from '../progress.ts'
import type { Output, Shell } from '../shell.ts'
import { withPorthor } from '../with-porthor.ts'

interface AuditFlags {
  fix?: boolean
  grace: number
  json?: boolean
}

/** `audit`: compares the two stores, and with `--fix` repairs what differs, towards less privilege. */
export function addAudit(program: CliCommand, shell: Shell): void {
  program
    .command('audit')
    .description(
      'Compare the two stores and print what is wrong; posts it to slackWebhook as well, if that is configured',
    )
    .option(
      '--fix',
      'repair what can be repaired, always towards less privilege; safe beside running servers',
    )
    .addOption(
      new Option(
        '--grace <duration>',
        'leave data without a row alone for so long: a Gafaelfawr beside may be making it',
      )
        .argParser(parseSeconds)
        .default(0, 'not at all'),
    )
    .option('--json', 'print one JSON document: findings, then summary')
    .exitCode(0, 'nothing wrong, or all repaired')
    .exitCode(1, 'failed, or refused to repair so much, or the alert was not delivered')
    .exitCode(3, 'something wrong is left')
    .example('What --fix would do', 'porthor audit')
    .example('Repair', 'porthor audit --fix')
    .example(
      'What is left after a repair',
      "porthor audit --fix --json | jq '.findings[] | select(.repaired | not)'",
    )
    // A person sees the findings on the output stream; the log need not say them again.
    .action(async (flags: AuditFlags, command: CliCommand) =>
      withPorthor(
        shell,
        command,
        ({ reconciler, config }) => audit(shell, reconciler, config.slackWebhook, flags),
        {
          textLevel: 'CRITICAL',
        },
      ),
    )
}

async function audit(shell: Shell, reconciler: Reconciler, webhook: string | null, flags: AuditFlags) {
  const alert = new AuditAlert()
  const progress = startProgress(shell.stderr, 'Comparing the stores:')
  const report = flags.json ? jsonReport(shell.stdout) : textReport(shell.stdout)
  await interruptible(async (signal) => {
    const findings = reconciler.audit({
      fix: flags.fix ?? false,
      graceSeconds: flags.grace,
      onProgress: ({ checked, total }) => progress.update(checked, total),
      signal,
    })
    const summary = await forEach(findings, (finding) => {
      progress.clear()
      report.add(finding)
      alert.add(finding)
    })
    progress.clear()
    report.end(summary)
    if (webhook !== null && !alert.isEmpty) await alert.post(webhook)
    if (signal.aborted)
      throw new CommandError('Ended before all was compared', { exitCode: EXIT.interrupted })
    judge(summary)
  })
}

/** Drives a generator to its end. @returns What the generator returns. */
async function forEach(
  findings: AsyncGenerator<AuditFinding, AuditSummary>,
  work: (finding: AuditFinding) => void,
): Promise<AuditSummary> {
  for (;;) {
    const next = await findings.next()
    if (next.done) return next.value
    work(next.value)
  }
}

/** @throws {CommandError} Not all is well. */
function judge({ alarm, findings, repaired }: AuditSummary): void {
  if (alarm !== null) throw new CommandError(`Nothing was repaired. ${alarm}`)
  const left = findings - repaired
  if (left > 0) throw new CommandError(`${counted(left, 'finding')} left`, { exitCode: EXIT.findings })
}

interface Report {
  add(finding: AuditFinding): void
  end(summary: AuditSummary): void
}

function textReport(stdout: Output): Report {
  return {
    add: ({ message, repairable, repaired }) => {
      const mark = repaired ? ' [repaired]' : repairable ? ' [--fix repairs it]' : ''
      writeLine(stdout, `${message}${mark}`)
    },
    end: ({ checked, findings, repaired }) => {
      const found = findings === 0 ? 'nothing wrong' : `${counted(findings, 'finding')}, ${repaired} repaired`
      writeLine(stdout, `Compared ${counted(checked, 'token')}: ${found}`)
    },
  }
}

function jsonReport(stdout: Output): Report {
  stdout.write('{"findings": ')
  const findings = new JsonArrayWriter(stdout)
  return {
    add: (finding) => findings.add(finding),
    end: (summary) => {
      findings.end(`,\n"summary": ${JSON.stringify(summary)}}\n`)
    },
  }
}
