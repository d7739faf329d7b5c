/** One thing that is wrong with the configuration. Neither field ever holds a setting's value. */
export interface ConfigProblem {
  /** The setting, as in `oidcServer.clients[0].return_uri`; empty: the file as a whole. */
  readonly path: string
  readonly message: string
}

/** The configuration cannot be used. Carries everything that is wrong with it, not only what was met first. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[]

  /** @param source - What was read, for the first line: the file's name, say. */
  constructor(problems: readonly ConfigProblem[], source = 'configuration') {
    super([`The ${source} has ${count(problems)}:`, ...problems.map(line)].join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

function count(problems: readonly ConfigProblem[]): string {
  return problems.length === 1 ? 'a problem' : `${problems.length} problems`
}

function line(problem: ConfigProblem): string {
  return problem.path === '' ? `  ${problem.message}` : `  ${problem.path}: ${problem.message}`
}
