import { openPorthor, type Porthor } from '../../../src/composition.ts'
import type { Config } from '../../../src/config/index.ts'
import { systemClock } from '../../../src/models/clock.ts'
import { PorthorError } from '../../../src/models/errors.ts'
import { Token } from '../../../src/models/token.ts'
import { bareUserInfo, type TokenData } from '../../../src/models/token-data.ts'
import { internalCaller } from '../../../src/services/caller.ts'
import { silentLog } from '../../../src/services/token-log.ts'
import { USERNAME } from '../../support/family.ts'
import { takeSnapshot } from '../../support/store-snapshot.ts'
import type { Answer, Command, Verdict } from './commands.ts'
import { SESSION_SCOPES } from './model.ts'

/* One process of a random run: does what it is told on the stores that all share, and says what came of it. */

/** An order; each is answered by its number and the result. */
export type WorkerOrder = { number: number } & (
  | { kind: 'open'; config: Config }
  | { kind: 'do'; command: Command }
  | { kind: 'verify'; tokens: readonly string[] }
  | { kind: 'look' }
  | { kind: 'empty' }
  | { kind: 'close' }
)

let porthor: Porthor
/** What has been seen of tokens, as a request's verification sees it before the request is carried out. */
const seen = new Map<string, TokenData>()

async function obey(order: WorkerOrder): Promise<unknown> {
  switch (order.kind) {
    case 'open':
      porthor = await openPorthor({ config: order.config, log: silentLog, clock: systemClock })
      return porthor.schema.update()
    case 'do':
      return answerOf(order.command)
    case 'verify':
      return Promise.all(order.tokens.map(verdictOn))
    case 'look':
      return takeSnapshot(porthor)
    case 'empty':
      return porthor.deleteAllData()
    case 'close':
      return porthor.close()
  }
}

async function answerOf(command: Command): Promise<Answer> {
  try {
    const token = await carryOut(command)
    return { kind: 'done', token: token?.toString() ?? null }
  } catch (error) {
    if (error instanceof PorthorError && error.status < 500) return { kind: 'refused', code: error.code }
    return { kind: 'failed', error: String((error as Error).stack) }
  }
}

async function carryOut(command: Command): Promise<Token | null> {
  const { tokens, delegation, users } = porthor
  switch (command.kind) {
    case 'create session':
      return tokens.createSession(bareUserInfo(USERNAME), SESSION_SCOPES, null)
    case 'create': {
      const auth = await dataOf(command.maker)
      const caller = { username: USERNAME, scopes: auth.scopes, tokenKey: command.maker, ipAddress: null }
      const request = { tokenName: command.name, scopes: [...command.scopes], expires: null }
      return tokens.createUserToken(caller, auth, USERNAME, request)
    }
    case 'delegate': {
      const request = { parent: await dataOf(command.parent), ipAddress: null }
      return (await delegation.getInternalToken(request, command.service, command.scopes)).token
    }
    case 'modify': {
      const { scopes, name } = command
      const changes = {
        ...(scopes && { scopes: [...scopes] }),
        ...(name !== undefined && { tokenName: name }),
      }
      await tokens.modifyToken(internalCaller, USERNAME, command.key, changes)
      return null
    }
    case 'revoke':
      await tokens.revokeToken(internalCaller, USERNAME, command.key)
      return null
    case 'revoke everything':
      await tokens.revokeAllOfUser(internalCaller, USERNAME)
      return null
    case 'rotate':
      return tokens.rotateToken(internalCaller, USERNAME, command.key, 0)
    case 'freeze':
      await users.freeze(internalCaller, USERNAME)
      return null
    case 'unfreeze':
      await users.unfreeze(internalCaller, USERNAME)
      return null
  }
}

/** The data now, or, of a token that has ended meanwhile, what was seen last. */
async function dataOf(key: string): Promise<TokenData> {
  const [stored] = await porthor.data.getMany([key])
  if (stored?.data) seen.set(key, stored.data)
  const data = seen.get(key)
  if (!data) throw new EndedError()
  return data
}

/** Nobody has seen it: the request would not have got past its authentication. */
class EndedError extends PorthorError {
  readonly code = 'invalid_token'
  readonly status = 401

  constructor() {
    super('Token is not valid')
  }
}

async function verdictOn(text: string): Promise<Verdict> {
  const verification = await porthor.verifier.verify(Token.parse(text))
  return {
    kind: verification.kind,
    scopes: verification.kind === 'unknown' ? [] : verification.data.scopes,
  }
}

process.on('message', async (order: WorkerOrder) => {
  const result = await obey(order).catch((error: Error) => ({ kind: 'failed', error: String(error.stack) }))
  process.send?.({ number: order.number, result })
  if (order.kind === 'close') process.disconnect?.()
})
process.on('disconnect', () => process.exit())
