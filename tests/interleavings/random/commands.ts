/** What one process is asked to do; tokens are named by their keys. Plain data, to be sent. */
export type Command =
  | { kind: 'create session' }
  | { kind: 'create'; maker: string; name: string; scopes: readonly string[] }
  | { kind: 'delegate'; parent: string; service: string; scopes: readonly string[] }
  | { kind: 'modify'; key: string; scopes?: readonly string[]; name?: string }
  | { kind: 'revoke'; key: string }
  | { kind: 'revoke everything' }
  | { kind: 'rotate'; key: string }
  | { kind: 'freeze' }
  | { kind: 'unfreeze' }

/** What came of it: a token where one was made or found, or why it was refused. */
export type Answer =
  | { kind: 'done'; token: string | null }
  /** A `PorthorError` that a caller can do something about. */
  | { kind: 'refused'; code: string }
  /** Whatever must not happen. */
  | { kind: 'failed'; error: string }

/** What a verification says. */
export interface Verdict {
  kind: 'valid' | 'unknown' | 'frozen'
  scopes: readonly string[]
}
