import { parse } from 'yaml'
import type { Config } from '../config.ts'
import type { Environment } from '../environment.ts'
import { ConfigError, type ConfigProblem } from '../errors.ts'
import { loadConfig } from '../load.ts'

/** A file of the reference with everything but the addresses of the stores. Its secrets protect nothing. */
export const REFERENCE_FILE = `
baseUrl: "https://example.com"
baseInternalUrl: "http://127.0.0.1:8080"
afterLogoutUrl: "https://example.com/landing"
allowSubdomains: true
bootstrapToken: "gt-AAECAwQFBgcICQoLDA0ODw.EBESExQVFhcYGRobHB0eHw"
sessionSecret: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
tokenLifetime: "30d"
initialAdmins: ["admin"]
proxies:
  - "10.0.0.0/8"
  - "127.0.0.0/8"
knownScopes:
  "admin:token": "May manage all tokens"
  "admin:userinfo": "May read all user information"
  "exec:test": "May run the test service"
  "read:all": "May read everything"
  "user:token": "May manage own tokens"
groupMapping:
  "exec:test": ["g-test"]
  "read:all":
    - "g-users"
    - github:
        organization: "Example-Org"
        team: "A-Team"
github:
  clientId: "example-client-id"
  clientSecret: "example-client-secret"
quota:
  default:
    api:
      limited: 2
    notebook:
      cpu: 4.0
      memory: 8.5
    tap:
      qserv:
        concurrent: 5
  groups:
    g-more:
      api:
        limited: 3
  bypass:
    - "g-free"
metrics:
  enabled: false
  application: "example"
`

/** The addresses that `REFERENCE_FILE` leaves out. */
export const ADDRESSES = {
  GAFAELFAWR_DATABASE_URL: 'postgresql://porthor@db.example.com/porthor',
  GAFAELFAWR_REDIS_PERSISTENT_URL: 'redis://redis.example.com/0',
  GAFAELFAWR_REDIS_EPHEMERAL_URL: 'redis://redis.example.com/1',
}

/** The settings of `REFERENCE_FILE`, some changed; undefined takes one out. */
export function referenceSettings(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { ...(parse(REFERENCE_FILE) as Record<string, unknown>), ...changes }
}

/** The same without its provider. */
export function settingsWithoutProvider(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return referenceSettings({ github: undefined, ...changes })
}

/** Loads settings, or the text of a file, as `/config.yaml`; `files` are others that variables may name. */
export function load(
  contents: string | Record<string, unknown>,
  environment: Environment = ADDRESSES,
  files: Readonly<Record<string, string>> = {},
): Promise<Config> {
  const text = typeof contents === 'string' ? contents : JSON.stringify(contents)
  return loadConfig({
    path: '/config.yaml',
    environment,
    readFile: readFrom({ ...files, '/config.yaml': text }),
    purpose: 'check',
  })
}

/** A disk that holds these files only. */
export function readFrom(files: Readonly<Record<string, string>>): (path: string) => Promise<string> {
  return async (path) => {
    const text = files[path]
    if (text === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' })
    return text
  }
}

/** What is wrong, path and reason joined as people see them; empty if nothing is. */
export async function problems(loading: Promise<unknown>): Promise<string[]> {
  const error = await failure(loading)
  return error ? error.problems.map(({ path, message }: ConfigProblem) => `${path}: ${message}`) : []
}

/** The error, if there is one. */
export async function failure(loading: Promise<unknown>): Promise<ConfigError | null> {
  try {
    await loading
    return null
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}
