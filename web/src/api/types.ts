import type { components } from 'porthor/client'

type Schemas = components['schemas']

export type Session = Schemas['SessionInfo']
export type TokenInfo = Schemas['TokenInfo']
export type TokenDetails = Schemas['TokenDetails']
export type TokenType = TokenInfo['token_type']
export type TokenRequest = Schemas['UserTokenRequest']
export type TokenChanges = Schemas['UserTokenModifyRequest']
export type NewToken = Schemas['NewToken']
export type DescendantToken = Schemas['DescendantToken']
export type ListedToken = Schemas['ListedToken']
export type BrowserSession = Schemas['Session']
export type HistoryEntry = Schemas['TokenChangeHistoryEntry']
export type Scope = Session['known_scopes'][number]
