import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Answer, Endpoint } from '../endpoint.ts'

/** Nothing but what this server itself sends may run or be loaded in the pages. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The page's program. Where a page is for reading alone, nothing can be tried out there. */
const SCRIPTS = {
  docs: `window.onload = () => {
  SwaggerUIBundle({ url: '/auth/openapi.json', dom_id: '#api', deepLinking: true, displayRequestDuration: true })
}
`,
  redoc: `window.onload = () => {
  SwaggerUIBundle({
    url: '/auth/openapi.json',
    dom_id: '#api',
    deepLinking: true,
    docExpansion: 'full',
    defaultModelsExpandDepth: 3,
    supportedSubmitMethods: [],
  })
}
`,
}

type Page = keyof typeof SCRIPTS

function pageHtml(page: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Porthor API</title>
<link rel="stylesheet" href="/auth/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/auth/docs/favicon.png">
<script src="/auth/docs/swagger-ui.js" defer></script>
<script src="/auth/${page}/page.js" defer></script>
</head>
<body>
<noscript>This page needs JavaScript; the description itself is at <a href="/auth/openapi.json">/auth/openapi.json</a>.</noscript>
<div id="api"></div>
</body>
</html>
`
}

/** A file of the pages that comes with a package, under the name that it has there. */
interface Asset {
  path: string
  file: string
  type: string
}

const ASSETS: readonly Asset[] = [
  { path: '/auth/docs/swagger-ui.css', file: 'swagger-ui.css', type: 'text/css; charset=utf-8' },
  { path: '/auth/docs/swagger-ui.js', file: 'swagger-ui-bundle.js', type: 'text/javascript; charset=utf-8' },
  { path: '/auth/docs/favicon.png', file: 'favicon-32x32.png', type: 'image/png' },
]

const CACHED = { 'cache-control': 'public, max-age=3600' }

function pageEndpoints(page: Page, summary: string): Endpoint[] {
  const path = `/auth/${page}`
  const html = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': CONTENT_SECURITY_POLICY,
  }
  const script = { 'content-type': 'text/javascript; charset=utf-8', ...CACHED }
  return [
    publicGet(path, summary, async () => ({ headers: html, body: pageHtml(page) })),
    unlisted(`${path}/page.js`, async () => ({ headers: script, body: SCRIPTS[page] })),
  ]
}

/** The same for as long as the process runs. */
let description: string | undefined

async function describe(): Promise<string> {
  // Only now, for the description tells of these endpoints too.
  const { buildOpenApiDocument } = await import('../openapi.ts')
  return JSON.stringify(buildOpenApiDocument())
}

/** The description of the API, for programs and for people (spec/rest-api.md §4). */
export const documentationEndpoints: Endpoint[] = [
  publicGet('/auth/openapi.json', 'Get the description of the API', async () => {
    description ??= await describe()
    return { body: description }
  }),
  ...pageEndpoints('docs', 'Browse the API and try it out'),
  ...pageEndpoints('redoc', 'Read the description of the API'),
  ...ASSETS.map(({ path, file, type }) =>
    unlisted(path, async () => ({
      headers: { 'content-type': type, ...CACHED },
      body: await readFile(join(assetFolder(), file)),
    })),
  ),
]

function publicGet(path: string, summary: string, handle: () => Promise<Answer>): Endpoint {
  const answers = { 200: { description: 'As asked for' } }
  return { method: 'GET', path, tag: 'internal', summary, access: 'public', answers, handle }
}

function unlisted(path: string, handle: () => Promise<Answer>): Endpoint {
  return { ...publicGet(path, 'Get a part of a page', handle), unlisted: true }
}

function assetFolder(): string {
  const require = createRequire(import.meta.url)
  return join(dirname(require.resolve('@fastify/swagger-ui/package.json')), 'static')
}
