import type { HistoryEntry } from '../api/types.ts'
import { isolated } from '../format/isolated.ts'
import { completeTime } from '../format/time.ts'
import { typeName } from '../tokens/token-types.ts'

const ACTIONS: Readonly<Record<HistoryEntry['action'], string>> = {
  create: 'made',
  revoke: 'revoked',
  expire: 'noted the end of',
  edit: 'changed',
}

const CAUSES: Readonly<Record<string, string>> = {
  cascade: 'because a token that it was derived from ended',
  rotate: 'by giving it a new secret',
  narrowed: 'because a token that it was derived from was narrowed',
  audit: 'because the audit of the stores found them to differ',
  replay: 'because the store of token data came back older than it was',
  user: 'with all tokens of the user',
  renewed: 'by renewing it',
  note: 'in its note only',
}

/** Who did what, as a sentence without its subject matter: `alice revoked the session`. */
export function deed({ actor, action, token_type: type, cause }: HistoryEntry): string {
  const verb = cause === 'rotate' ? 'gave a new secret to' : ACTIONS[action]
  return `${actorName(actor)} ${verb} the ${lowerFirst(typeName(type))}`
}

/** Why, where that is not plain; null: it is. */
export function reason({ cause }: HistoryEntry): string | null {
  if (cause === undefined || cause === 'rotate') return null
  return CAUSES[cause] ?? `for the reason ${cause}`
}

/** What an edit changed, each as a sentence of its own. */
export function changes(entry: HistoryEntry): string[] {
  const { old_token_name: oldName, old_scopes: oldScopes, old_expires: oldExpires, action } = entry
  if (action !== 'edit') return []
  const others = [
    ...(oldName !== undefined && oldName !== entry.token_name ? [`It was called ${isolated(oldName)}.`] : []),
    ...(oldScopes ? scopeChanges(oldScopes, entry.scopes) : []),
  ]
  // An end that was "never" looks in the history like one that did not change.
  const isKept = oldExpires === null && (others.length > 0 || entry.cause !== undefined)
  if (oldExpires === undefined || oldExpires === entry.expires || isKept) return others
  return [...others, `Its end was ${endName(oldExpires)} and is ${endName(entry.expires)}.`]
}

function scopeChanges(before: readonly string[], after: readonly string[]): string[] {
  const lost = before.filter((scope) => !after.includes(scope))
  const gained = after.filter((scope) => !before.includes(scope))
  return [
    ...(lost.length > 0 ? [`It lost ${lost.join(', ')}.`] : []),
    ...(gained.length > 0 ? [`It gained ${gained.join(', ')}.`] : []),
  ]
}

function endName(expires: number | null): string {
  return expires === null ? 'never' : completeTime(expires)
}

/** `<internal>` and `<bootstrap>` are no users. */
export function actorName(actor: string): string {
  if (actor === '<internal>') return 'Porthor itself'
  if (actor === '<bootstrap>') return 'The bootstrap token'
  return actor === '' ? 'Somebody' : actor
}

function lowerFirst(text: string): string {
  return text.startsWith('OpenID') ? text : text.charAt(0).toLowerCase() + text.slice(1)
}
