import type { TokenData } from '../src/models/token-data.ts'

/** What is measured, done by Porthor's services or by hand. */
export interface Subject {
  readonly name: 'porthor' | 'bare'
  /** Creates a user token as its user asks for it with `maker`, in its wire form. */
  create(maker: TokenData, tokenName: string): Promise<string>
  /** Takes all scopes but the first from a user token. */
  narrow(token: TokenData): Promise<unknown>
  rename(token: TokenData, tokenName: string): Promise<unknown>
  /** All tokens of a user, newest first. */
  list(username: string): Promise<unknown[]>
  /** Ends a token with all below it. @returns How many ended. */
  revoke(token: TokenData): Promise<number>
  /** What the database says of a token. */
  getInfo(key: string): Promise<object | null>
  /** What the token data says, decrypted. */
  readData(key: string): Promise<object | null>
  /** Compares the two stores, without repairing. @returns How many tokens were looked at. */
  audit(): Promise<number>
  /** Removes all that has expired. @returns How many tokens ended. */
  expire(): Promise<number>
  readonly stores: RawStores
  close(): Promise<void>
}

/** The stores of a subject, for whoever fills and compares them. */
export interface RawStores {
  query<Row>(text: string, values?: unknown[]): Promise<Row[]>
  /** Sends commands in one round trip; null: token data lies in the database. */
  redis: ((commands: string[][]) => Promise<unknown[]>) | null
}
