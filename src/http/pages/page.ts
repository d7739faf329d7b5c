import { createHash } from 'node:crypto'
import type { Answer } from '../endpoint.ts'
import { type Html, html, trusted } from './html.ts'

export interface Page {
  status: number
  title: string
  main: Html
  /** Origins to which a form of the page may lead in the end, beside the page's own. */
  formTargets?: readonly string[]
}

const STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --soft: #57606a; --paper: #fff; --ground: #f3f4f6; --accent: #0b5cad; --line: #d0d7de }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --soft: #9da7b3; --paper: #161b22; --ground: #0d1117; --accent: #6cb6ff; --line: #30363d }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 34rem; padding: 2rem; background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; overflow-wrap: anywhere }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25 }
p, pre { margin: 0 0 1rem }
pre { padding: .75rem; border: 1px solid var(--line); border-radius: .5rem; white-space: pre-wrap }
a { color: var(--accent) }
.action { display: inline-block; padding: .6rem 1.1rem; border: 1px solid var(--accent); border-radius: .5rem; background: var(--accent); color: var(--paper); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer }
.action:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.soft { color: var(--soft); font-size: .875rem }
`

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/** A page for people: no script, no file beside it, nothing that may be put into a frame. */
export function page({ status, title, main, formTargets = [] }: Page): Answer {
  const body = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${main}
</main>
</body>
</html>
`
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache, no-store',
      'content-security-policy': [
        "default-src 'none'",
        `style-src 'sha256-${STYLE_HASH}'`,
        `form-action ${["'self'", ...formTargets].join(' ')}`,
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
      // The address of a page may hold what is nobody else's business.
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    },
    body: String(body),
  }
}
