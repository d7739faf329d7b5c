import { createRequire } from 'node:module'

/** What Porthor says of itself. */
export interface About {
  name: string
  version: string
  description: string
  /** Empty: not published. */
  repositoryUrl: string
}

/** Read from the package, which lies above both the sources and what is built from them. */
export function about(): About {
  const { name, version, description, repository } = createRequire(import.meta.url)('../../package.json')
  return { name, version, description, repositoryUrl: repository?.url?.replace(/^git\+/, '') ?? '' }
}
