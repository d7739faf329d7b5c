import type { ConfigProblem } from './errors.ts'
import { formatPath, type Path } from './paths.ts'
import type { OptionFacts } from './schema/option.ts'

export type Environment = Readonly<Record<string, string | undefined>>
export type ReadFile = (path: string) => Promise<string>

/** Names of a setting's variables, the one that prevails first; none if it has no variable. */
export function variableNames(facts: OptionFacts | undefined): readonly string[] {
  if (facts?.variable) return [facts.variable]
  if (!facts?.environment) return []
  const own = `PORTHOR_${facts.environment}`
  return facts.own ? [own] : [own, `GAFAELFAWR_${facts.environment}`]
}

/**
 * Finds a setting in the environment: `NAME`, or the contents of the file that `NAME_FILE` names, without line ends at
 * its end. A variable that is empty counts as not set.
 *
 * @returns Undefined if it is not there, or cannot be read; then there is a problem.
 */
export async function readVariable(
  facts: OptionFacts | undefined,
  path: Path,
  source: { environment: Environment; readFile: ReadFile },
  problems: ConfigProblem[],
): Promise<string | undefined> {
  const fail = (message: string) => {
    problems.push({ path: formatPath(path), message })
    return undefined
  }
  for (const name of variableNames(facts)) {
    const value = variable(source.environment, name)
    const file = variable(source.environment, `${name}_FILE`)
    if (value !== undefined && file !== undefined) return fail(`${name} and ${name}_FILE are both set`)
    if (value !== undefined) return value
    if (file === undefined) continue
    try {
      const text = (await source.readFile(file)).replace(/[\r\n]+$/, '')
      return text === '' ? fail(`the file that ${name}_FILE names is empty`) : text
    } catch (error) {
      return fail(`the file that ${name}_FILE names cannot be read (${errorCode(error)})`)
    }
  }
  return undefined
}

// Kubernetes puts such an address into `<SERVICE>_PORT` of every container, for a service named porthor too.
const SERVICE_LINK = /^(tcp|udp|sctp):\/\//

function variable(environment: Environment, name: string): string | undefined {
  const value = environment[name]
  if (value === undefined || value === '') return undefined
  return name === 'PORTHOR_PORT' && SERVICE_LINK.test(value) ? undefined : value
}

/** The code of a system's error, such as ENOENT; never its message, which may hold anything. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'unknown error'
}
