import { LineCounter, parseDocument } from 'yaml'
import { type Environment, errorCode, type ReadFile } from './environment.ts'
import { ConfigError } from './errors.ts'
import { isMap, type PlainMap } from './values.ts'

const DEFAULT_PATH = '/etc/gafaelfawr/gafaelfawr.yaml'

/** A configuration file as it was read; both null: there is none. */
export interface ConfigFile {
  path: string | null
  contents: PlainMap | null
}

/**
 * Finds and reads the configuration file: the one given, else the one that the environment names, else the reference's
 * if it is there.
 *
 * @throws {ConfigError} A file that was named is not there, or what is there cannot be read or is not YAML.
 */
export async function readConfigFile(
  given: string | undefined,
  source: { environment: Environment; readFile: ReadFile },
): Promise<ConfigFile> {
  const named = given || source.environment.PORTHOR_CONFIG_PATH || source.environment.GAFAELFAWR_CONFIG_PATH
  const path = named || DEFAULT_PATH
  const text = await source.readFile(path).catch((error: unknown) => {
    // Only the absence of a file that nobody asked for means that there is none: anything else must not end in defaults.
    if (!named && errorCode(error) === 'ENOENT') return null
    throw unusable(path, `cannot be read (${errorCode(error)})`)
  })
  return text === null ? { path: null, contents: null } : { path, contents: parseYaml(text, path) }
}

function parseYaml(text: string, path: string): PlainMap {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { merge: true, prettyErrors: false, lineCounter })
  // Never the parser's own messages: they quote the file, secrets and all.
  const problems = document.errors.map((error) => {
    const { line, col } = lineCounter.linePos(error.pos[0])
    const reason = error.code.toLowerCase().replaceAll('_', ' ')
    return { path: '', message: `is not YAML in line ${line}, column ${col}: ${reason}` }
  })
  if (problems.length > 0) throw new ConfigError(problems, sourceName(path))

  const contents = toPlain(() => document.toJS(), path)
  if (contents === null || contents === undefined) return {}
  if (!isMap(contents)) throw unusable(path, 'must hold a map of settings')
  return contents
}

function toPlain(read: () => unknown, path: string): unknown {
  try {
    return read()
  } catch {
    throw unusable(path, 'has an alias (*name) without its anchor (&name), or too many of them')
  }
}

function unusable(path: string, message: string): ConfigError {
  return new ConfigError([{ path: '', message }], sourceName(path))
}

/** What is wrong, for the first line of an error. */
export function sourceName(path: string | null): string {
  return path === null ? 'configuration' : `configuration file ${path}`
}
