import type { components } from 'porthor/client'

type Schemas = components['schemas']

export type Session = Schemas['LoginInfo']
export type TokenInfo = Schemas['TokenInfo']
export type TokenDetails = Schemas['TokenDetails']
export type TokenType = TokenInfo['token_type']
export type TokenRequest = Schemas['UserTokenRequest']
export type TokenChanges = Schemas['UserTokenModifyRequest']
export type NewToken = Schemas['NewToken']
export type HistoryEntry = Schemas['TokenChangeHistoryEntry']
export type Scope = Session['config']['scopes'][number]
