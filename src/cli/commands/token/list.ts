import { Option } from 'commander'
import type { TokenInfo } from '../../../models/token-info.ts'
import { TOKEN_TYPES, type TokenType } from '../../../models/token-types.ts'
import { internalCaller } from '../../../services/caller.ts'
import type { TokenService } from '../../../services/token-service.ts'
import { parseCount, parseUsername } from '../../arguments.ts'
import type { CliCommand } from '../../cli-command.ts'
import type { Shell } from '../../shell.ts'
import { writeTokens } from '../../token-output.ts'
import { withPorthor } from '../../with-porthor.ts'

interface ListFlags {
  user?: string
  type?: TokenType
  limit: number
  json?: boolean
}

const LIMIT = 100
const PAGE_SIZE = 500

export function addList(token: CliCommand, shell: Shell): void {
  token
    .command('list')
    .description('List tokens, the newest first; expired ones too, until the maintenance removes them')
    .option('--user <username>', 'only tokens of this user', parseUsername)
    .addOption(new Option('--type <type>', 'only tokens of this type').choices(TOKEN_TYPES))
    .option('--limit <count>', 'at most so many; 0: all', parseCount, LIMIT)
    .option('--json', 'print them as JSON')
    .example('The tokens of alice', 'porthor token list --user alice')
    .example(
      'The keys of all service tokens',
      "porthor token list --type service --limit 0 --json | jq -r '.[].token'",
    )
    .action(async (flags: ListFlags, command: CliCommand) => {
      await withPorthor(shell, command, async ({ tokens }) => {
        const { shown, hasMore } = await readTokens(tokens, flags)
        writeTokens(shell, shown, flags.json)
        if (hasMore) shell.stderr.write(`porthor: there are more than ${flags.limit}: see --limit\n`)
      })
    })
}

async function readTokens(tokens: TokenService, { user, type, limit }: ListFlags) {
  const wanted = limit === 0 ? Number.POSITIVE_INFINITY : limit
  const found: TokenInfo[] = []
  let after: { created: number; token: string } | null = null
  do {
    const page = await tokens.listTokensPage(internalCaller, user ?? null, {
      limit: PAGE_SIZE,
      ...(after && { after }),
    })
    found.push(...page.tokens.filter((info) => type === undefined || info.tokenType === type))
    after = page.next
  } while (after && found.length <= wanted)
  return { shown: found.slice(0, wanted), hasMore: found.length > wanted }
}
