import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Token } from '../models/token.ts'
import { buildConfig } from './build.ts'
import type { Config } from './config.ts'
import { readEmbeddedSecrets, readOrCreateEmbeddedSecrets } from './embedded-secrets.ts'
import type { Environment, ReadFile } from './environment.ts'
import { ConfigError, type ConfigProblem } from './errors.ts'
import { generateFernetKey } from './fernet-key.ts'
import { readConfigFile, sourceName } from './file.ts'
import { gather } from './gather.ts'
import { parseSettings } from './parse.ts'
import { checkRules, storeKinds } from './rules.ts'
import { type Settings, settingsSchema } from './schema/settings.ts'

export interface LoadOptions {
  /** The configuration file; prevails over the environment's. */
  path?: string | undefined
  /** Usually `process.env`, which nothing else in Porthor reads. */
  environment: Environment
  /** Reads a file as text; the disk's unless a test passes another. The embedded store's secrets do not go through it. */
  readFile?: ReadFile
  /** Settings of the command line, which prevail over file and environment. */
  overrides?: {
    host?: string | undefined
    port?: number | undefined
    workers?: number | undefined
    dataFolder?: string | undefined
  }
  /** `run` (the default) makes the embedded store's secrets if there are none; `check` leaves the disk as it is. */
  purpose?: 'run' | 'check'
}

/**
 * Reads the configuration, once: the file, if there is one, with the environment over it (spec/configuration.md).
 *
 * @throws {ConfigError} With everything that is wrong; no secret is in it.
 */
export async function loadConfig(options: LoadOptions): Promise<Config> {
  const { environment, overrides = {}, purpose = 'run' } = options
  const source = { environment, readFile: options.readFile ?? ((path: string) => readFile(path, 'utf8')) }
  const file = await readConfigFile(options.path, source)
  const hasFile = file.contents !== null
  const problems: ConfigProblem[] = []

  const gathered = await gather(file.contents ?? {}, source, overrides, problems)
  const loose = parseSettings(gathered, problems)
  const reported = (path: string) => problems.some((problem) => liesIn(problem.path, path))
  problems.push(...checkRules(loose, { hasFile, reported }))
  if (problems.length > 0) throw new ConfigError(problems, sourceName(file.path))

  const settings = settingsSchema.parse(gathered)
  const secrets = await findSecrets(settings, hasFile, purpose)
  return buildConfig(settings, { configPath: file.path, environment, secrets })
}

function liesIn(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}.`) || path.startsWith(`${parent}[`)
}

async function findSecrets(settings: Settings, hasFile: boolean, purpose: 'run' | 'check') {
  const { sessionSecret, bootstrapToken, dataFolder } = settings
  if (sessionSecret !== undefined && bootstrapToken !== undefined) {
    return { sessionSecret, bootstrapToken, created: false }
  }
  if (storeKinds(settings, hasFile).database !== 'embedded')
    throw new Error('The rules let a missing secret through')
  const folder = resolve(dataFolder)
  const kept = purpose === 'run' ? await readOrCreateEmbeddedSecrets(folder) : await readOrInvent(folder)
  return {
    sessionSecret: sessionSecret ?? kept.sessionSecret,
    bootstrapToken: bootstrapToken ?? kept.bootstrapToken,
    created: kept.created,
  }
}

/** For a look at the configuration before the first run: secrets that are never used. */
async function readOrInvent(folder: string) {
  const kept = await readEmbeddedSecrets(folder)
  const invented = { sessionSecret: generateFernetKey(), bootstrapToken: Token.generate().toString() }
  return { ...(kept ?? invented), created: false }
}
