import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Under which the page, all of its own paths and its files are served. */
export const WEB_PAGE_PATH = '/auth/tokens'

/** Nothing but files of this server may run or be loaded, and nothing that stands in the page itself. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const PAGE_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  // It names the other files, which change with each version.
  'cache-control': 'no-cache',
}

/** Their names have a hash of what they hold. */
const ASSET_HEADERS = { 'cache-control': 'public, max-age=31536000, immutable' }

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** In the order in which they are preferred, with what their files end in beside the name of the file itself. */
const ENCODINGS = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Porthor</title>
<h1>This page has not been built</h1>
<p>Stop the server and run <code>npm run build:web</code>; <code>npm start</code> does it by itself.</p>
</html>
`

export interface WebPageAnswer {
  status: 200 | 404 | 503
  headers: Record<string, string>
  body: Buffer | string
}

/**
 * The page in the browser (web/), as it was built. Each file is read once, when it is first asked for; only files that were
 * there at the start are served.
 */
export class WebPage {
  readonly #folder: string
  readonly #files: ReadonlySet<string>
  readonly #contents = new Map<string, Promise<Buffer>>()

  constructor(folder = builtFolder()) {
    this.#folder = folder
    this.#files = new Set(filesBelow(folder))
  }

  /**
   * @param path - Below WEB_PAGE_PATH, without a slash in front: that of a file, or any other, which the page itself knows.
   * @param acceptEncoding - The request's `Accept-Encoding`.
   */
  async answer(path: string, acceptEncoding: string | undefined): Promise<WebPageAnswer> {
    if (path.startsWith('assets/')) {
      return this.#files.has(path) ? this.#file(path, acceptEncoding, ASSET_HEADERS) : notFound()
    }
    if (!this.#files.has('index.html')) return notBuilt()
    return this.#file('index.html', acceptEncoding, PAGE_HEADERS)
  }

  async #file(
    path: string,
    acceptEncoding: string | undefined,
    headers: Record<string, string>,
  ): Promise<WebPageAnswer> {
    const encoding = ENCODINGS.find(
      ({ name, suffix }) => accepts(acceptEncoding, name) && this.#files.has(path + suffix),
    )
    return {
      status: 200,
      headers: {
        ...headers,
        'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
        vary: 'accept-encoding',
        ...(encoding && { 'content-encoding': encoding.name }),
      },
      body: await this.#read(path + (encoding?.suffix ?? '')),
    }
  }

  #read(path: string): Promise<Buffer> {
    const known = this.#contents.get(path)
    if (known) return known
    const read = readFile(join(this.#folder, path))
    this.#contents.set(path, read)
    // What failed once is tried again.
    read.catch(() => this.#contents.delete(path))
    return read
  }
}

/** Whether an `Accept-Encoding` header allows an encoding (RFC 9110 §12.5.3). */
function accepts(header: string | undefined, name: string): boolean {
  for (const part of (header ?? '').split(',')) {
    const [coding = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
    if (coding !== name) continue
    return !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))
  }
  return false
}

function notFound(): WebPageAnswer {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  return { status: 404, headers, body: JSON.stringify({ detail: 'Not Found' }) }
}

function notBuilt(): WebPageAnswer {
  const headers = { 'content-type': TYPES['.html'] ?? '', 'cache-control': 'no-store' }
  return { status: 503, headers, body: NOT_BUILT }
}

/** In a checkout Vite builds into `web/dist`; a package holds the same in `dist/web`, beside the rest of `dist`. */
function builtFolder(): string {
  const packaged = fileURLToPath(new URL('../web', import.meta.url))
  return filesBelow(packaged).length > 0
    ? packaged
    : fileURLToPath(new URL('../../web/dist', import.meta.url))
}

/** Paths with slashes, relative to the folder; none where there is no folder. */
function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
