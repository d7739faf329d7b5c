import { z } from 'zod'
import { keyField } from '../../models/fields.ts'
import { ADMIN_TOKEN_SCOPE } from '../../models/scopes.ts'
import type { AuditFinding, AuditRepair, AuditSummary, FindingKind } from '../../services/audit-finding.ts'
import { AUDIT_GRACE_SECONDS, type AuditEvent } from '../../services/reconciler.ts'
import { type Answer, type AnswerDescription, type Call, endpoint } from '../endpoint.ts'
import { textStream } from '../text-stream.ts'

const AUDIT = '/auth/api/v1/audit'
const NDJSON = 'application/x-ndjson'

const access = { scope: ADMIN_TOKEN_SCOPE, bootstrap: true }

/** Each is an operation of its own. */
const MAXIMUM_TOKENS = 100

const KINDS = [
  'malformed',
  'only-in-database',
  'only-in-data',
  'mismatch',
  'secret-mismatch',
  'outlives-parent',
  'exceeds-parent',
  'orphaned',
  'unknown-scope',
] as const satisfies readonly FindingKind[]

const tokenCount = z
  .int()
  .meta({ description: 'How many: the token, and everything that was derived from it' })

const repairAnswer = z
  .discriminatedUnion('action', [
    z.object({ action: z.literal('end'), tokens: tokenCount }).meta({ description: 'They end' }),
    z
      .object({ action: z.literal('delete-data') })
      .meta({ description: 'What is accepted, but unknown to the database, is not accepted any more' }),
    z
      .object({
        action: z.literal('narrow'),
        tokens: tokenCount,
        scopes: z.array(z.string()),
        expires: z.int().optional().meta({ description: 'Seconds since the epoch; missing: never' }),
      })
      .meta({ description: 'They have no more than these scopes, and end no later' }),
    z
      .object({ action: z.literal('restore-secret') })
      .meta({ description: 'The secret that the database knows is the only one again' }),
  ])
  .meta({ id: 'AuditRepair', description: 'What a repair does, or has done' })

const finding = {
  kind: z.enum(KINDS).meta({ description: 'What is wrong' }),
  token: z.string().meta({ description: 'Key of the token' }),
  username: z.string().optional().meta({ description: 'Whose it is; missing: not known' }),
  message: z.string().meta({ description: 'For people' }),
  mismatches: z
    .array(z.string())
    .optional()
    .meta({ description: 'With `mismatch`: the fields in which the stores differ' }),
  scope: z.string().optional().meta({ description: 'With `unknown-scope`: which' }),
  repair: repairAnswer.optional().meta({ description: 'Missing: nothing can be repaired' }),
  repaired: z.boolean(),
}

const findingAnswer = z.object(finding).meta({ id: 'AuditFinding', description: 'That the stores disagree' })

const lineAnswer = z
  .discriminatedUnion('event', [
    z
      .object({ event: z.literal('progress'), checked: z.int(), total: z.int() })
      .meta({ description: 'How many tokens it has looked at, of about how many; comes time and again' }),
    z.object({ event: z.literal('finding'), ...finding }).meta({ description: 'That the stores disagree' }),
    z
      .object({
        event: z.literal('summary'),
        checked: z.int(),
        findings: z.int(),
        repaired: z.int().meta({ description: 'How many of the findings' }),
        alarm: z
          .string()
          .optional()
          .meta({ description: 'Why nothing was repaired, though that was asked for' }),
      })
      .meta({ description: 'The last line; without it, the audit has not come to its end' }),
  ])
  .meta({ id: 'AuditLine', description: 'A line of an audit' })

const exampleFinding = {
  kind: 'only-in-database',
  token: '62HmFHN2zLl1wf59EiDSiQ',
  username: 'alice',
  message: 'Token `62HmFHN2zLl1wf59EiDSiQ` of alice is listed in the database, but not valid',
  repair: { action: 'end', tokens: 3 },
  repaired: false,
}

const LINES: AnswerDescription = {
  description: 'One JSON document in each line, as soon as there is something to say',
  otherForms: {
    [NDJSON]: {
      schema: lineAnswer,
      example: [
        { event: 'progress', checked: 0, total: 1200 },
        { event: 'finding', ...exampleFinding },
        { event: 'summary', checked: 1200, findings: 1, repaired: 0 },
      ]
        .map((line) => JSON.stringify(line))
        .join('\n'),
    },
  },
}

const GRACE = `Data without a row that is younger than ${AUDIT_GRACE_SECONDS} seconds is left alone: a Gafaelfawr that runs beside may be making it.`

const repairRequest = z
  .object({
    tokens: z.array(keyField).min(1).max(MAXIMUM_TOKENS).meta({ description: 'Keys of the tokens' }),
  })
  .meta({ id: 'AuditRepairRequest' })

const repairedAnswer = z
  .object({
    findings: z.array(findingAnswer).meta({ description: 'What was wrong with these tokens' }),
    sound: z.array(z.string()).meta({ description: 'Keys of those with which nothing was wrong (any more)' }),
  })
  .meta({ id: 'AuditRepairs' })

/** Comparing the two stores, as `porthor audit` does; the reference does it at its command line alone. */
export const auditEndpoints = [
  endpoint({
    method: 'GET',
    path: AUDIT,
    tag: 'admin',
    summary: 'Compare the two stores, and say what a repair would do',
    description: `Changes nothing. Reads every token, and says how far it has come; it ends when the connection is closed. ${GRACE}`,
    access,
    answers: { 200: LINES },
    handle: (call) => audit(call, { fix: false }),
  }),
  endpoint({
    method: 'POST',
    path: `${AUDIT}/repair-all`,
    tag: 'admin',
    summary: 'Compare the two stores, and repair all that can be repaired',
    description: `Always towards less privilege, and not at all where so much is wrong that a store is the likelier culprit. Closing the connection ends it; what was repaired stays so. ${GRACE}`,
    access,
    answers: { 200: LINES },
    handle: (call) => audit(call, { fix: true }),
  }),
  endpoint({
    method: 'POST',
    path: `${AUDIT}/repair`,
    tag: 'admin',
    summary: 'Repair what is wrong with some tokens',
    description: `They are looked at again: what is done is what is necessary now. ${GRACE}`,
    access,
    body: repairRequest,
    bodyExample: { tokens: ['62HmFHN2zLl1wf59EiDSiQ'] },
    answers: {
      200: {
        description: 'What was wrong, and what was done about it',
        schema: repairedAnswer,
        example: { findings: [{ ...exampleFinding, repaired: true }], sound: [] },
      },
    },
    async handle({ porthor, caller, body: { tokens } }) {
      const findings = await porthor.reconciler.repair(caller, tokens, AUDIT_GRACE_SECONDS)
      const wrong = new Set(findings.map(({ key }) => key))
      return {
        body: {
          findings: findings.map(findingToAnswer),
          sound: tokens.filter((key) => !wrong.has(key)),
        },
      }
    },
  }),
]

async function audit(
  { porthor, caller }: Pick<Call<undefined, undefined, undefined>, 'porthor' | 'caller'>,
  { fix }: { fix: boolean },
): Promise<Answer> {
  const events = porthor.reconciler.watch({ fix, caller, graceSeconds: AUDIT_GRACE_SECONDS })
  return { headers: { 'content-type': NDJSON }, body: await textStream(lines(events)) }
}

async function* lines(events: AsyncGenerator<AuditEvent, AuditSummary>): AsyncGenerator<string, void> {
  try {
    for (let next = await events.next(); ; next = await events.next()) {
      if (next.done) return yield line(summaryToAnswer(next.value))
      yield line(eventToAnswer(next.value))
    }
  } finally {
    await events.return({ checked: 0, findings: 0, repaired: 0, alarm: null })
  }
}

function line(document: z.input<typeof lineAnswer>): string {
  return `${JSON.stringify(document)}\n`
}

function eventToAnswer(event: AuditEvent): z.input<typeof lineAnswer> {
  return 'progress' in event
    ? { event: 'progress', ...event.progress }
    : { event: 'finding', ...findingToAnswer(event.finding) }
}

function summaryToAnswer({ alarm, ...counts }: AuditSummary): z.input<typeof lineAnswer> {
  return { event: 'summary', ...counts, ...(alarm !== null && { alarm }) }
}

function findingToAnswer({ kind, key, username, message, details, repair, repaired }: AuditFinding) {
  const { mismatches, scope } = details as { mismatches?: string[]; scope?: string }
  return {
    kind,
    token: key,
    ...(username !== null && { username }),
    message,
    ...(mismatches && { mismatches }),
    ...(scope !== undefined && { scope }),
    ...(repair && { repair: repairToAnswer(repair) }),
    repaired,
  }
}

function repairToAnswer(repair: AuditRepair): z.input<typeof repairAnswer> {
  if (repair.action !== 'narrow') return repair
  const { action, tokens, scopes, expires } = repair
  return { action, tokens, scopes: [...scopes], ...(expires !== null && { expires }) }
}
