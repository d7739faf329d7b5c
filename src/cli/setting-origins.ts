import { readFile } from 'node:fs/promises'
import type * as z from 'zod'
import { type Environment, variableNames } from '../config/environment.ts'
import { readConfigFile } from '../config/file.ts'
import { normalise } from '../config/normalise.ts'
import { formatPath, type Path } from '../config/paths.ts'
import { type OptionFacts, optionFacts } from '../config/schema/option.ts'
import { settingsSchema } from '../config/schema/settings.ts'
import { defaultValue, sectionShape } from '../config/schema/shape.ts'
import { isMap } from '../config/values.ts'

/** Where a setting's value comes from. */
export interface SettingOrigin {
  /** As in `oidcServer.issuer`. */
  setting: string
  /** The name of a variable, the configuration file, or `default`. */
  origin: string
  /** As text; of a secret only that there is one. Null: none, or it depends on other settings. */
  value: string | null
}

interface Sources {
  environment: Environment
  path: string | null
  contents: unknown
}

/**
 * Says where each setting comes from: in use or not, right or wrong. Secrets are never in it.
 *
 * @throws {ConfigError} The file cannot be read.
 */
export async function settingOrigins(
  path: string | undefined,
  environment: Environment,
): Promise<SettingOrigin[]> {
  const source = { environment, readFile: (name: string) => readFile(name, 'utf8') }
  const file = await readConfigFile(path, source)
  // What is wrong with them is for the check itself to say.
  const contents = normalise(settingsSchema, file.contents ?? {}, [], [])
  return originsIn(settingsSchema.shape, contents, [], { environment, path: file.path, contents })
}

function originsIn(
  shape: Readonly<Record<string, z.ZodType>>,
  section: unknown,
  path: Path,
  sources: Sources,
): SettingOrigin[] {
  return Object.entries(shape).flatMap(([key, schema]) => {
    const written = isMap(section) ? section[key] : undefined
    const members = sectionShape(schema)
    if (!members) return [originOf([...path, key], schema, written, sources)]
    const inner = originsIn(members, written, [...path, key], sources)
    // A section that nobody has touched is not worth a line for each of its defaults.
    return inner.some(({ origin }) => origin !== DEFAULT) ? inner : []
  })
}

const DEFAULT = 'default'

function originOf(path: Path, schema: z.ZodType, written: unknown, sources: Sources): SettingOrigin {
  const facts = optionFacts.get(schema)
  const setting = formatPath(path)
  const { environment } = sources
  const variable = variableNames(facts)
    .flatMap((name) => [name, `${name}_FILE`])
    .find((name) => environment[name])
  if (variable !== undefined) {
    const value = environment[variable]
    const isFile = variable.endsWith('_FILE')
    return { setting, origin: variable, value: isFile ? `contents of ${value}` : shown(value, schema, facts) }
  }
  if (written !== undefined)
    return { setting, origin: sources.path ?? '', value: shown(written, schema, facts) }
  return { setting, origin: DEFAULT, value: defaultText(schema, facts) }
}

function defaultText(schema: z.ZodType, facts: OptionFacts | undefined): string | null {
  if (facts?.defaultText !== undefined) return facts.defaultText.replaceAll('`', '')
  const value = defaultValue(schema)
  return value === undefined ? null : textOf(value)
}

function shown(value: unknown, schema: z.ZodType, facts: OptionFacts | undefined): string {
  if (facts?.type.startsWith('secret')) return '(secret)'
  // Nobody can say what in it is a password.
  if (facts?.type.includes('URL') && !schema.safeParse(value).success) return '(not shown: it cannot be read)'
  return withoutPasswords(textOf(value))
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A password in a URL: between the colon and the last at sign before path and query. */
function withoutPasswords(text: string): string {
  return text
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^/?#\s:@]*):[^/?#\s]*@/gi, '$1:(secret)@')
    .replace(/([?&][^=&\s]*(?:password|secret|token|key)[^=&\s]*=)[^&\s]+/gi, '$1(secret)')
}
