import type { Porthor } from '../../src/composition.ts'
import type { AdminTokenRequest } from '../../src/models/requests.ts'
import { Token } from '../../src/models/token.ts'
import { bareUserInfo, type TokenData } from '../../src/models/token-data.ts'
import { type Caller, internalCaller } from '../../src/services/caller.ts'
import type { Held } from './rules.ts'

/**
 * Tokens of which operations are to be tried: one with three below it, one of the same user beside it, some that are
 * nobody's business, and one that was revoked. As texts, to be sent to another process.
 */
export type Family = {
  session: string
  /** exec:test, read:all, user:token; ends some time. */
  laptop: string
  /** Of the laptop's. */
  notebook: string
  /** Of the laptop's, for the service tap: read:all. */
  internal: string
  /** Of the notebook's. */
  grandchild: string
  /** read:all; never ends. */
  desktop: string
  desktopChild: string
  service: string
  revoked: string
  stranger: string
}

export const USERNAME = 'alice'
export const SERVICE_USERNAME = 'bot-ci'
const DAY = 86_400

const nothingKnown = { name: null, email: null, uid: null, gid: null, groups: null }
const request = { ...nothingKnown, scopes: ['read:all'], expires: null }
export const serviceTokenRequest: AdminTokenRequest = {
  ...request,
  username: SERVICE_USERNAME,
  tokenType: 'service',
  tokenName: null,
}
export const laptopRequest: AdminTokenRequest = {
  ...request,
  username: USERNAME,
  tokenType: 'user',
  tokenName: 'laptop',
}

export async function makeFamily(porthor: Porthor): Promise<Family> {
  const { tokens, delegation } = porthor
  const session = await tokens.createSession(bareUserInfo(USERNAME), ['exec:test', 'read:all'], null)
  const caller = await callerOf(porthor, session)
  const auth = await dataOf(porthor, session)
  const make = (tokenName: string, scopes: string[], expires: number | null) =>
    tokens.createUserToken(caller, auth, USERNAME, { tokenName, scopes, expires })
  const laptop = await make('laptop', ['exec:test', 'read:all', 'user:token'], auth.created + 30 * DAY)
  const desktop = await make('desktop', ['read:all'], null)
  const revoked = await make('revoked', ['read:all'], null)
  await tokens.revokeToken(internalCaller, USERNAME, revoked.key)

  const child = async (parent: Token, service: string | null) => {
    const request = { parent: await dataOf(porthor, parent), ipAddress: null }
    const made = service
      ? delegation.getInternalToken(request, service, ['read:all'])
      : delegation.getNotebookToken(request)
    return (await made).token
  }
  const notebook = await child(laptop, null)
  return texts({
    session,
    laptop,
    notebook,
    internal: await child(laptop, 'tap'),
    grandchild: await child(notebook, 'tap'),
    desktop,
    desktopChild: await child(desktop, null),
    service: await tokens.createTokenAsAdmin(internalCaller, serviceTokenRequest),
    revoked,
    stranger: await tokens.createSession(bareUserInfo('bob'), ['read:all'], null),
  })
}

export function keyOf(text: string): string {
  return Token.parse(text).key
}

/** What the store of token data says of it. */
export async function dataOf({ data }: Porthor, token: Token | string): Promise<TokenData> {
  const key = typeof token === 'string' ? keyOf(token) : token.key
  const [stored] = await data.getMany([key])
  if (!stored?.data) throw new Error(`There must be data of ${key}`)
  return stored.data
}

/** Who presents this token. */
export async function callerOf(porthor: Porthor, token: Token | string): Promise<Caller> {
  const { username, scopes, token: own } = await dataOf(porthor, token)
  return { username, scopes, tokenKey: own.key, ipAddress: '192.0.2.1' }
}

/** What verification says of each of these, on connections that have seen nothing before. */
export async function verifyAll({ verifier }: Porthor, texts: readonly string[]): Promise<Held[]> {
  const held: Held[] = []
  for (const text of texts) {
    const token = Token.parse(text)
    held.push({ token, verification: await verifier.verify(token) })
  }
  return held
}

function texts(tokens: Record<keyof Family, Token>): Family {
  return Object.fromEntries(
    Object.entries(tokens).map(([name, token]) => [name, token.toString()]),
  ) as unknown as Family
}
