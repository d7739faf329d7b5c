import { InvalidArgumentError } from 'commander'
import { parseDuration } from '../../config/duration.ts'
import {
  DEFAULT_LINK_LIFETIME_SECONDS,
  MAXIMUM_LINK_LIFETIME_SECONDS,
  type NewLoginLink,
} from '../../services/login/login-link-service.ts'
import { collectList, parseUsername } from '../arguments.ts'
import type { CliCommand } from '../cli-command.ts'
import { timeText, writeJson } from '../output.ts'
import type { Shell } from '../shell.ts'
import { withPorthor } from '../with-porthor.ts'

interface LoginLinkFlags {
  scopes?: string[]
  expires: number
  json?: boolean
}

/** `login-link`: lets somebody in where there is no login provider, or before it works. */
export function addLoginLink(program: CliCommand, shell: Shell): void {
  program
    .command('login-link')
    .argument('<username>', 'whose session it opens', parseUsername)
    .description(
      'Print a link that opens a session in a browser, once. Whoever has it is let in as that user: hand it over like a password. It leads to baseUrl',
    )
    .option(
      '--scopes <scopes>',
      'what the session may do beside user:token (and admin:token for administrators); several times, or with commas between',
      collectList,
    )
    .option(
      '--expires <duration>',
      'how long the link can be used, a day at most',
      parseLifetime,
      DEFAULT_LINK_LIFETIME_SECONDS,
    )
    .option('--json', 'print link and fields as JSON')
    .example('For alice, to be used within ten minutes', 'porthor login-link alice')
    .example('With scopes, for an hour', 'porthor login-link alice --scopes read:all --expires 1h')
    .action(async (username: string, flags: LoginLinkFlags, command: CliCommand) => {
      const link = await withPorthor(shell, command, ({ loginLinks }) =>
        loginLinks.create(username, flags.scopes ?? [], flags.expires),
      )
      writeLink(shell, link, flags.json)
    })
}

function parseLifetime(text: string): number {
  const seconds = Math.floor(parseDuration(text) ?? 0)
  if (seconds < 1 || seconds > MAXIMUM_LINK_LIFETIME_SECONDS) {
    throw new InvalidArgumentError('Give a duration of a day at most: 10m, 1h.')
  }
  return seconds
}

function writeLink({ stdout, stderr }: Shell, link: NewLoginLink, json = false): void {
  if (json) {
    writeJson(stdout, link)
    return
  }
  stdout.write(`${link.url}\n`)
  if (!stderr.isTTY) return
  stderr.write(
    `Opens a session for ${link.username}, once, until ${timeText(link.expires)}. It is not shown again.\n`,
  )
}
