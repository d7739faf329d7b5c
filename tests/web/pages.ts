import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkoutFolder } from '../support/server-process.ts'

/** What the examples of pages are about. */
export interface Subjects {
  username: string
  /** Of a token of the visitor's own. */
  ownKey: string
  /** Of one of the user's. */
  key: string
}

/** For each route of the page: addresses below /auth/tokens that show it. */
const EXAMPLES: Record<string, (subjects: Subjects) => string[]> = {
  '/': () => ['/', '/?search=nothing+has+this+name'],
  '/new': () => ['/new?name=ci&scopes=read:all'],
  '/id/:key': ({ ownKey }) => [`/id/${ownKey}`],
  '/sessions': () => ['/sessions'],
  '/history': () => ['/history'],
  '/*': () => ['/there-is-no-such-page'],
  '/admin': () => ['/admin'],
  '/admin/users': () => ['/admin/users'],
  '/admin/users/:username': ({ username }) => [`/admin/users/${username}`],
  '/admin/users/:username/history': ({ username }) => [`/admin/users/${username}/history`],
  '/admin/users/:username/tokens/:key': ({ username, key }) => [`/admin/users/${username}/tokens/${key}`],
  '/admin/tokens': () => ['/admin/tokens'],
  '/admin/service-tokens': () => ['/admin/service-tokens'],
  '/admin/administrators': () => ['/admin/administrators'],
  '/admin/quotas': () => ['/admin/quotas'],
  '/admin/audit': () => ['/admin/audit'],
  '/admin/history': () => ['/admin/history'],
}

/** The routes of which there are examples. */
export const knownRoutes = Object.keys(EXAMPLES)

/** Addresses below /auth/tokens, such that each route is seen. */
export function everyPage(subjects: Subjects): string[] {
  return Object.values(EXAMPLES).flatMap((examples) => examples(subjects))
}

/** The routes as the router's source has them: it runs in a browser only. */
export async function routesOfTheRouter(): Promise<string[]> {
  const source = await readFile(join(checkoutFolder, 'web', 'src', 'app', 'router.tsx'), 'utf8')
  const found = source.matchAll(/\b(page|adminPage|path:)\(? ?'([^']*)'/g)
  const routes = [...found].map(([, kind, path]) => `${kind === 'adminPage' ? '/admin/' : '/'}${path}`)
  // The frame of the administration is its first page's address, and the frame of all that of the list of tokens.
  return [...new Set(routes.map((route) => route.replace(/(?<=.)\/$/, '').replace(/^\/\//, '/')))]
}
