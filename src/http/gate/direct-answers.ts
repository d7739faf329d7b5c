import { STATUS_CODES } from 'node:http'
import { InsufficientScopeError } from '../../models/gate-errors.ts'
import { asciiJson } from '../ascii-json.ts'
import { wantsPage } from '../media-types.ts'
import { challengeHeaders, detailOf, type GateAnswer, NOT_KEPT, retryHeaders, statusOf } from './answers.ts'
import type { Stopped } from './decisions.ts'
import { isNavigation, loginUrl } from './login.ts'
import type { Visit } from './visit.ts'

/** What answers say of the site. */
export interface Site {
  /** The host of the base URL. */
  realm: string
  baseUrl: string
}

/**
 * A refusal for proxies that pass it on, as it is, to whoever sent the request: under its own status, as a page for a person,
 * and for a browser the way to the login where that would help.
 */
export function directRefusal(stopped: Stopped, visit: Visit, { realm, baseUrl }: Site): GateAnswer {
  const login = isNavigation(visit.headers, visit.original)
    ? loginUrl(stopped, visit.original, baseUrl)
    : null
  // By which an operator finds it in the log, whatever the form of the answer.
  const name = ['X-Request-Id', visit.requestId]
  if (login !== null) return { status: 302, headers: [...NOT_KEPT, ...name, 'Location', login], body: '' }
  const { error, rules, verdict } = stopped
  const isPage = wantsPage(visit.headers.accept)
  const body = isPage ? pageOf(stopped, visit) : asciiJson(documentOf(stopped, visit))
  const headers = [
    ...NOT_KEPT,
    ...name,
    ...challengeHeaders(error, { realm, authType: rules.authType }),
    ...retryHeaders(error, verdict.rate),
    ...(isPage ? PAGE_HEADERS : ['Content-Type', 'application/json']),
    ...['Vary', 'Accept', 'Content-Length', String(body.length)],
  ]
  return { status: statusOf(error), headers, body }
}

const PAGE_HEADERS = [
  ...['Content-Type', 'text/html; charset=utf-8'],
  ...['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ...['X-Content-Type-Options', 'nosniff'],
]

/** `detail` in the form of the API's errors; the rest is for who asks an operator, or is the token's own holder. */
function documentOf(stopped: Stopped, visit: Visit): object {
  return { detail: detailOf(stopped.error), request_id: visit.requestId, ...explanationOf(stopped) }
}

/** Why a token will not do, for whoever has it; empty: nobody has authenticated. */
function explanationOf({ error, parameters, verdict: { data } }: Stopped): object {
  if (!data || !(error instanceof InsufficientScopeError)) return {}
  if (error.rule !== 'scope' || !parameters) return { reason: error.rule }
  const { scopes, satisfy } = parameters
  return { reason: error.rule, wanted_scopes: scopes, satisfy, held_scopes: data.scopes }
}

/** In ASCII: the answer's encoding is that of its headers. */
function pageOf(stopped: Stopped, visit: Visit): string {
  const { error, parameters, verdict } = stopped
  const status = statusOf(error)
  const title = `${status} ${STATUS_CODES[status] ?? ''}`.trim()
  const facts: [string, string][] = []
  if (verdict.data) facts.push(['User', verdict.data.username])
  if (verdict.data && parameters && error instanceof InsufficientScopeError && error.rule === 'scope') {
    facts.push(['Wanted scopes', `${parameters.satisfy} of: ${parameters.scopes.join(', ')}`])
    facts.push(['Held scopes', verdict.data.scopes.join(', ')])
  }
  facts.push(['Request', visit.requestId])
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title></head>`,
    `<body><h1>${escaped(title)}</h1>`,
    ...detailOf(error).map(({ msg }) => `<p>${escaped(msg)}</p>`),
    `<dl>${facts.map(([name, fact]) => `<dt>${name}</dt><dd>${escaped(fact)}</dd>`).join('')}</dl>`,
    '</body></html>\n',
  ].join('\n')
}

function escaped(text: string): string {
  return text.replace(/[^\x20-\x7e]|[&<>"']/gu, (character) => `&#${character.codePointAt(0)};`)
}
