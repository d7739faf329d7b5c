import type * as z from 'zod'
import { variableNames } from './environment.ts'
import { gateOptions } from './schema/gate.ts'
import { monitoringOptions } from './schema/metrics.ts'
import { type OptionFacts, optionFacts } from './schema/option.ts'
import { serverOptions } from './schema/server.ts'
import { settingsSchema } from './schema/settings.ts'
import { defaultValue, sectionShape } from './schema/shape.ts'
import { storeOptions } from './schema/stores.ts'
import { tokenOptions } from './schema/tokens.ts'

type Shape = Readonly<Record<string, z.ZodType>>

/** Writes `docs/configuration.md` from the schema: Markdown, a line end at its end. */
export function configurationReference(): string {
  const sections = Object.entries(settingsSchema.shape as Shape).flatMap(([key, schema]) => {
    const members = sectionShape(schema)
    return members ? [sectionPart(key, schema, members)] : []
  })
  return [
    INTRODUCTION,
    part('The server', '', serverOptions),
    part('The gate', GATE, gateOptions),
    part('Stores', STORES, storeOptions),
    part('Tokens', '', tokenOptions),
    part('Monitoring', MONITORING, monitoringOptions),
    ...sections,
    DIFFERENCES,
  ].join('\n')
}

const INTRODUCTION = `# Configuration

<!-- Made by scripts/make-configuration-reference.ts from src/config/schema; changes go there. -->

Porthor is configured by one YAML file, the same as Gafaelfawr's, with environment variables over it. Both are read once,
at start, and checked as a whole: everything that is wrong is reported at once, each with its path, never with a secret's
value. \`porthor config check\` does only that.

**Without a file** Porthor runs on the embedded store: a database in the folder \`./data\` (\`PORTHOR_DATA\`), listening on
127.0.0.1:8080. Its secrets are made on the first run and kept in \`secrets.json\` in that folder; whoever has a copy of the
folder without it cannot use the tokens, so keep it with the backups, well guarded.

**The file** is the one given by \`--config\`, else by \`PORTHOR_CONFIG_PATH\`, else by \`GAFAELFAWR_CONFIG_PATH\`, else
\`/etc/gafaelfawr/gafaelfawr.yaml\` if it is there. With a file Porthor wants PostgreSQL and Redis, and never starts on
something else because an address is missing; \`database: embedded\` or \`tokenStore: sql\` say that they are not wanted.

**Keys** are in camelCase; snake_case is accepted. Unknown keys are errors. Null, or an empty text, means that a setting was
left out.

**Variables.** Where a setting has one, it prevails over the file. \`PORTHOR_X\` comes first; where it is not set,
\`GAFAELFAWR_X\` is read, except for the settings marked †, which Gafaelfawr does not have. Variables with other prefixes are
named as they stand here. Every variable may instead name a file that holds the value: \`PORTHOR_X_FILE\`; line ends at the
file's end are dropped. To set both is an error; an empty variable counts as not set. Variables that are not on this page are
not read.

**Durations** are a number of seconds, or weeks, days, hours, minutes and seconds in that order: \`30d\`, \`1d 6h 23m\`,
\`5 weeks 4 days\`. **URLs** are normalised: lower-case host, no default port, \`/\` for an empty path.

**Sections** may be there without being in use, as Gafaelfawr's chart renders them: one counts as left out if all its values
are empty or say nothing beyond their defaults. Anything else in a section without the key that marks it as used is an error.
`

const GATE = `
Whoever reaches the gate may choose its parameters, and have tokens delegated for any service: see to it that only the proxy
does. Secrets will do, or an address of its own; where there are neither, the network has to.
`

const STORES = `
A database and Redis of Gafaelfawr are used as they are. \`POSTGRES_HOST\` with \`POSTGRES_5432_TCP_PORT\`, and \`REDIS_HOST\`
with \`REDIS_6379_TCP_PORT\`, replace host and port in the URLs if the port is set: tools that start containers for tests set
them.
`

const MONITORING = `
What there is to see is in [metrics](metrics.md).
`

const DIFFERENCES = `## Where Porthor differs from Gafaelfawr

- Only the variables named here are read. Gafaelfawr also takes \`LOGLEVEL\`, \`TEST\`, \`ENABLED\` and others without a prefix.
- A section without its marker is an error unless it says nothing; Gafaelfawr drops it in silence, quotas without a
  \`default\` included.
- \`oidc.audience\` may be left out, \`cilogon.redirectUrl\` may be given in the file, and a secret of a provider that is not in
  use disturbs nobody.
- \`knownScopes\` always holds the three built-in scopes.
- \`sessionSecret\` is checked at start, and several keys can be in force.
- \`slackAlerts\` without a webhook is an error.
- Teams at GitHub are taken in any case, like their organisations.
- Clients of the OpenID Connect server must have distinct ids and https return URIs.
- Names of groups are checked wherever they stand; \`loginParams\` cannot replace what the protocol sets.
- \`databasePassword\` and the \`metrics\` section may be left out. \`rediss://\`, sentinels, user names and parameters of the
  database's URL are understood.
`

function sectionPart(key: string, schema: z.ZodType, members: Shape): string {
  const facts = optionFacts.get(schema)
  return part(`\`${key}\``, `\n${facts?.description ?? ''}${useOf(facts)}\n`, members)
}

function useOf({ marker, unused }: Partial<OptionFacts> = {}): string {
  if (unused)
    return ` Read for the sake of its files, and **not used**: ${unused}. Where it is switched on, a warning says so.`
  return marker ? ` In use if \`${marker}\` is set.` : ''
}

function part(title: string, text: string, shape: Shape): string {
  const table = ['| key | variable | value | default | |', '|---|---|---|---|---|', ...rows(shape, '')]
  return `## ${title}\n${text}\n${table.join('\n')}\n`
}

function rows(shape: Shape, prefix: string): string[] {
  return Object.entries(shape).flatMap(([name, schema]) => {
    const facts = optionFacts.get(schema)
    const key = `${prefix}${name}`
    const members = facts?.type === 'section' ? sectionShape(schema) : null
    if (members) return rows(members, `${key}.`)
    const cells = [
      facts?.environmentOnly ? '' : `\`${key}\``,
      variableCell(schema),
      facts?.type ?? '',
      defaultCell(schema),
      facts?.description ?? '',
    ]
    return [`| ${cells.map(cell).join(' | ')} |`]
  })
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

function variableCell(schema: z.ZodType): string {
  const facts = optionFacts.get(schema)
  const [name] = variableNames(facts)
  return name === undefined ? '' : `\`${name}\`${facts?.own ? ' †' : ''}`
}

function defaultCell(schema: z.ZodType): string {
  const facts = optionFacts.get(schema)
  if (facts?.defaultText !== undefined) return facts.defaultText
  const value = defaultValue(schema)
  if (value === undefined) return schema.safeParse(undefined).success ? '' : 'required'
  if (typeof value === 'object' || value === '') return 'empty'
  return `\`${String(value)}\``
}
