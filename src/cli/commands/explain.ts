import { Option } from 'commander'
import type { Porthor } from '../../composition.ts'
import { GateParameterReader } from '../../http/gate/parameters.ts'
import { ValidationError } from '../../http/validation.ts'
import { InvalidTokenError } from '../../models/errors.ts'
import { InsufficientScopeError } from '../../models/gate-errors.ts'
import type { GateParameters } from '../../models/gate-parameters.ts'
import type { Explanation } from '../../services/gate.ts'
import { collectList, type NamedToken } from '../arguments.ts'
import type { CliCommand } from '../cli-command.ts'
import { CommandError, UsageError } from '../exit-codes.ts'
import { type Cell, timeText, writeFields, writeJson } from '../output.ts'
import type { Shell } from '../shell.ts'
import { withPorthor } from '../with-porthor.ts'
import { readNamedToken } from './token/named-token.ts'

interface ExplainFlags {
  token: string
  query?: string
  scope?: string[]
  satisfy?: string
  service?: string
  onlyService?: string[]
  username?: string
  userDomain?: boolean
  minimumLifetime?: string
  delegateTo?: string
  delegateScope?: string[]
  notebook?: boolean
  url?: string
  json?: boolean
}

/** `explain`: asks the gate's own engine what it would say of a token. */
export function addExplain(program: CliCommand, shell: Shell): void {
  program
    .command('explain')
    .description(
      'Say whether the gate would let a token pass, and if not, why. Nothing is counted and nothing delegated',
    )
    .requiredOption('--token <token>', 'the whole token, or its key; -: read it from the input stream')
    .option('--query <parameters>', 'what stands behind the ? of the auth URL in the proxy’s configuration')
    .option('--scope <scopes>', 'a wanted scope; several with commas, or given several times', collectList)
    .addOption(new Option('--satisfy <how>', 'how many of them are wanted').choices(['all', 'any']))
    .option('--service <name>', 'the guarded service')
    .option('--only-service <names>', 'accept only what was delegated to one of these', collectList)
    .option('--username <name>', 'only this user')
    .option('--user-domain', 'the first label of the host must be the username; needs --url')
    .option('--url <url>', 'the guarded URL')
    .option('--minimum-lifetime <seconds>', 'how long the token must live still')
    .option('--delegate-to <service>', 'delegate an internal token to this service')
    .option('--delegate-scope <scopes>', 'a scope that the delegated token should have', collectList)
    .option('--notebook', 'delegate a notebook token')
    .option('--json', 'print it as JSON')
    .exitCode(0, 'it would pass')
    .exitCode(1, 'it would be refused, or failed')
    .example('May this token read from TAP?', 'porthor explain --token - --scope read:tap --service tap')
    .example(
      'The parameters as the proxy has them',
      "porthor explain --token 62HmFHN2zLl1wf59EiDSiQ --query 'scope=read:all&satisfy=any'",
    )
    .action(async (flags: ExplainFlags, command: CliCommand) => {
      const named = await readNamedToken(shell, flags.token)
      const parameters = readParameters(flags)
      await withPorthor(shell, command, async (porthor) => {
        const explanation = await explain(porthor, named, parameters, flags.url ?? '')
        if (flags.json) writeJson(shell.stdout, documentOf(explanation, parameters))
        else writeFields(shell.stdout, fieldsOf(explanation, parameters))
        if (explanation.error) throw new CommandError(`It would be refused: ${explanation.error.message}`)
      })
    })
}

/** The same as the gate reads from its URL. @throws {UsageError} */
function readParameters(flags: ExplainFlags): GateParameters {
  const read = new GateParameterReader().read(queryOf(flags))
  if (read.valid) return read.parameters
  const { error } = read
  if (!(error instanceof ValidationError)) throw new UsageError(error.message)
  throw new UsageError(error.findings.map(({ loc, msg }) => `${loc.at(-1)}: ${msg}`).join('; '))
}

function queryOf(flags: ExplainFlags): string {
  const query = new URLSearchParams(flags.query)
  const set = (name: string, value: string | boolean | undefined) => {
    if (value !== undefined) query.set(name, String(value))
  }
  const add = (name: string, values: readonly string[] = []) => {
    for (const value of values) query.append(name, value)
  }
  add('scope', flags.scope)
  set('satisfy', flags.satisfy)
  set('service', flags.service)
  add('only_service', flags.onlyService)
  set('username', flags.username)
  set('user_domain', flags.userDomain)
  set('minimum_lifetime', flags.minimumLifetime)
  set('delegate_to', flags.delegateTo)
  add('delegate_scope', flags.delegateScope)
  set('notebook', flags.notebook)
  return query.toString()
}

/** Whoever looks after the service has the key at hand, from the log; the secret is in the store. */
async function explain(
  { gate, data }: Porthor,
  { key, token }: NamedToken,
  parameters: GateParameters,
  url: string,
): Promise<Explanation> {
  if (token) return gate.explain(token, parameters, url)
  const [stored] = await data.getMany([key])
  if (stored?.data) return gate.explain(stored.data.token, parameters, url)
  return { error: new InvalidTokenError('Token is not valid'), data: null, limit: null }
}

function fieldsOf(
  { error, data, limit }: Explanation,
  { scopes, satisfy }: GateParameters,
): [string, Cell][] {
  const fields: [string, Cell][] = [['Answer', error ? 'refused' : 'passes']]
  if (error) fields.push(['Reason', `${reasonOf(error)}: ${error.message}`])
  if (!data) return fields
  return [
    ...fields,
    ['User', data.username],
    ['Token', data.token.key],
    ['Type', data.tokenType],
    ['Service', data.service],
    ['Expires', timeText(data.expires)],
    ['Scopes wanted', scopes.length === 0 ? 'none' : `${satisfy} of ${scopes.join(', ')}`],
    ['Scopes held', data.scopes.join(', ') || 'none'],
    ['Requests a minute', limit ?? 'not limited'],
  ]
}

function documentOf({ error, data, limit }: Explanation, { scopes, satisfy }: GateParameters): object {
  return {
    passes: error === null,
    ...(error && { error: error.code, reason: reasonOf(error), message: error.message }),
    ...(data && {
      username: data.username,
      token: data.token.key,
      token_type: data.tokenType,
      service: data.service,
      expires: data.expires,
      held_scopes: data.scopes,
    }),
    wanted_scopes: scopes,
    satisfy,
    limit,
  }
}

/** Which rule it is, or what else is amiss. */
function reasonOf(error: NonNullable<Explanation['error']>): string {
  return error instanceof InsufficientScopeError ? error.rule : error.code
}
