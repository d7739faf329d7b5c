import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import type { Porthor } from '../../composition.ts'
import { LoginError } from '../../models/login-errors.ts'
import { type PosixIdDocument, posixIdDocument } from '../../models/posix-ids.ts'
import { bareUserInfo } from '../../models/token-data.ts'
import { isUsername } from '../../models/usernames.ts'
import type { ImportReport, PosixIdService } from '../../services/posix-id-service.ts'
import type { CliCommand } from '../cli-command.ts'
import { CommandError, UsageError } from '../exit-codes.ts'
import { counted, timeText, writeJson, writeLine, writeTable } from '../output.ts'
import type { Shell } from '../shell.ts'
import { withPorthor } from '../with-porthor.ts'
import { writeResult } from '../write-result.ts'

/** The form of the files, for `--help`. */
const FORM = `
The file is JSON: names with their numbers, and the next number of each kind.

  {"users": {"alice": 3000000, "bot-tap": 100000},
   "groups": {"g-users": 2000000},
   "counters": {"uid": 3000001, "bot-uid": 100001, "gid": 2000001}}

Instead of a number, {"uid": 3000000} among the users, {"gid": 2000000} among the groups and {"next": 3000001} among the
counters will do: that is what the documents of Firestore hold. A counter that is left out follows from the numbers.`

/** `posix-ids`: the UIDs and GIDs that are assigned here, and those that were assigned elsewhere. */
export function addPosixIdCommands(program: CliCommand, shell: Shell): void {
  const family = program
    .command('posix-ids')
    .description('UIDs of users and GIDs of groups that are assigned here: assign, import, export, list')
    .example('What Firestore had assigned, once', 'porthor posix-ids import firestore.json')
  addAssign(family, shell)
  addImport(family, shell)
  addExport(family, shell)
  addList(family, shell)
}

function addAssign(family: CliCommand, shell: Shell): void {
  family
    .command('assign')
    .argument('<username...>', 'for whom')
    .description(
      'Assign what users lack, without waiting for their next login or token: a UID, and GIDs to the groups that the directory has them in',
    )
    .example('After a group was made', 'porthor posix-ids assign alice bob')
    .action(async (usernames: string[], _flags: object, command: CliCommand) => {
      const wrong = usernames.find((name) => !isUsername(name))
      if (wrong !== undefined) throw new UsageError(`${wrong} is not a username`)
      await withPorthor(shell, command, async (porthor) => {
        serviceOf(porthor)
        for (const username of usernames) await assignTo(porthor, username)
      })
      writeLine(shell.stdout, `Nothing is missing any more for ${counted(usernames.length, 'user')}`)
    })
}

/** @throws {CommandError} */
async function assignTo({ userInfo }: Porthor, username: string): Promise<void> {
  try {
    await userInfo.assignAllIds(bareUserInfo(username))
  } catch (error) {
    if (!(error instanceof LoginError)) throw error
    throw new CommandError(`${username}: ${error.message} (${error.detail})`, { cause: error })
  }
}

function addImport(family: CliCommand, shell: Shell): void {
  family
    .command('import')
    .argument('<file>', 'what was assigned elsewhere, as JSON')
    .description(
      'Take over numbers that were assigned elsewhere; nothing comes in where anything contradicts what is here',
    )
    .option('--dry-run', 'only say what would be done')
    .option('--json', 'print the counts as JSON')
    .addHelpText('after', FORM)
    .example('Look first', 'porthor posix-ids import firestore.json --dry-run')
    .example('Then do it', 'porthor posix-ids import firestore.json')
    .action(async (file: string, flags: { dryRun?: boolean; json?: boolean }, command: CliCommand) => {
      const document = await readDocument(file)
      const report = await withPorthor(shell, command, (porthor) =>
        serviceOf(porthor).import(document, { dryRun: flags.dryRun ?? false }),
      )
      if (flags.json) writeJson(shell.stdout, { dry_run: flags.dryRun ?? false, ...report })
      else writeReport(shell, report, flags.dryRun ?? false)
    })
}

function addExport(family: CliCommand, shell: Shell): void {
  family
    .command('export')
    .description('Print all numbers and counters as JSON, in the form that import takes')
    .option('--output <file>', 'write it to a file instead')
    .example('Beside the backups', 'porthor posix-ids export --output posix-ids.json')
    .action(async ({ output }: { output?: string }, command: CliCommand) => {
      const document = await withPorthor(shell, command, (porthor) => serviceOf(porthor).export())
      await writeResult(shell, `${JSON.stringify(document, null, 2)}\n`, output)
    })
}

function addList(family: CliCommand, shell: Shell): void {
  family
    .command('list')
    .argument('[name]', 'only the user and the group of this name')
    .description('List users and groups with their numbers, and since when they have them')
    .option('--json', 'print them as JSON')
    .example('All', 'porthor posix-ids list')
    .example('One', 'porthor posix-ids list alice')
    .action(async (name: string | undefined, { json }: { json?: boolean }, command: CliCommand) => {
      const all = await withPorthor(shell, command, (porthor) => serviceOf(porthor).list())
      const wanted = name === undefined ? all : all.filter((one) => one.name === name)
      if (name !== undefined && wanted.length === 0) throw new CommandError(`${name} has no number here`)
      if (json) return writeJson(shell.stdout, wanted)
      const rows = wanted.map(({ owner, name, number, assigned }) => [
        owner,
        name,
        number,
        timeText(assigned),
      ])
      writeTable(shell.stdout, ['of', 'name', 'number', 'since'], rows)
    })
}

/** @throws {CommandError} */
function serviceOf({ posixIds }: Porthor): PosixIdService {
  if (posixIds) return posixIds
  throw new CommandError('UIDs and GIDs are not assigned here: configure posixIds, or firestore')
}

/** @throws {CommandError} There is no such file, or something else is in it. */
async function readDocument(path: string): Promise<PosixIdDocument> {
  const parsed = posixIdDocument.safeParse(await readJson(path))
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(
    (issue) => `  ${issue.path.join('.') || 'the file'}: ${messageOf(issue)}`,
  )
  throw new CommandError([`${path} cannot be imported:`, ...problems].join('\n'))
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) throw new CommandError(`${path} is not JSON`, { cause: error })
    const { code } = error as NodeJS.ErrnoException
    throw new CommandError(`${path} cannot be read (${code})`, { cause: error })
  }
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `has unknown members: ${issue.keys.join(', ')}`
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message
  return issue.message
}

function writeReport({ stdout }: Shell, { users, groups, counters }: ImportReport, dryRun: boolean): void {
  const of = ({ added, unchanged }: { added: number; unchanged: number }, noun: string) =>
    `${counted(added, noun)} (${unchanged} here already)`
  writeLine(stdout, `${dryRun ? 'Would import' : 'Imported'} ${of(users, 'user')}, ${of(groups, 'group')}`)
  const next = Object.entries(counters).map(([kind, number]) => `${kind} ${number}`)
  writeLine(stdout, `Next numbers: ${next.join(', ')}`)
}
