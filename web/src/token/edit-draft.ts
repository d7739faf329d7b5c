import type { TokenChanges, TokenInfo } from '../api/types.ts'
import { completeTime } from '../format/time.ts'
import { type End, endSeconds } from '../token-form/ends.ts'

/** What somebody wants to be different; all else is as the token has it, whatever becomes of that. */
export interface EditDraft {
  /** Null here and in the note: has not been touched. */
  name: string | null
  note: string | null
  /** True: is to be given; false: is to be taken away. */
  scopes: ReadonlyMap<string, boolean>
  end: End
}

export const UNTOUCHED: EditDraft = {
  name: null,
  note: null,
  scopes: new Map(),
  end: { choice: 'same', date: '' },
}

/** What the fields show. */
export function valuesOf({ name, note, scopes }: EditDraft, token: TokenInfo) {
  const given = [...scopes].filter(([scope, isGiven]) => isGiven && !token.scopes.includes(scope))
  return {
    name: name ?? token.token_name ?? '',
    note: note ?? token.note ?? '',
    scopes: [
      ...token.scopes.filter((scope) => scopes.get(scope) !== false),
      ...given.map(([scope]) => scope),
    ],
  }
}

/** @param chosen - All that the token is to have. */
export function withScopes(draft: EditDraft, token: TokenInfo, chosen: readonly string[]): EditDraft {
  const scopes = new Map(draft.scopes)
  for (const scope of new Set([...token.scopes, ...chosen, ...scopes.keys()])) {
    if (chosen.includes(scope) === token.scopes.includes(scope)) scopes.delete(scope)
    else scopes.set(scope, chosen.includes(scope))
  }
  return { ...draft, scopes }
}

/** Only what is to be different. @param now - Seconds since the epoch. */
export function changesOf(draft: EditDraft, token: TokenInfo, now: number): TokenChanges {
  const values = valuesOf(draft, token)
  const name = values.name.trim()
  const note = values.note.trim()
  const expires = endSeconds(draft.end, now)
  return {
    ...(name !== token.token_name && { token_name: name }),
    ...(note !== (token.note ?? '') && { note: note === '' ? null : note }),
    ...(!isSame(values.scopes, token.scopes) && { scopes: values.scopes }),
    ...(expires !== undefined && { expires }),
  }
}

/** What has become of a token, each change as a sentence. */
export function differences(before: TokenInfo, after: TokenInfo): string[] {
  const lost = before.scopes.filter((scope) => !after.scopes.includes(scope))
  const gained = after.scopes.filter((scope) => !before.scopes.includes(scope))
  return [
    ...(before.token_name === after.token_name ? [] : [`The name is now: ${after.token_name}`]),
    ...(before.note === after.note
      ? []
      : [after.note === undefined ? 'There is no note any more.' : `The note is now: ${after.note}`]),
    ...(lost.length > 0 ? [`It lost ${lost.join(', ')}.`] : []),
    ...(gained.length > 0 ? [`It gained ${gained.join(', ')}.`] : []),
    ...(before.expires === after.expires ? [] : [endWords(after)]),
  ]
}

function endWords({ expires }: TokenInfo): string {
  return expires === undefined ? 'It never ends now.' : `It ends now on ${completeTime(expires)}.`
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((scope) => other.includes(scope))
}
