import { Agent, request } from 'node:http'
import { Token } from '../../src/models/token.ts'
import { BOOTSTRAP_TOKEN } from '../support/porthor.ts'
import type { Random } from './random.ts'
import { LINK_LEASE_SECONDS, pause, type Site } from './site.ts'

/** What is known of a token from the answers alone. */
export interface KnownToken {
  token: Token
  username: string
  parent: KnownToken | null
  /** When it was last given something that an older Redis does not know: milliseconds since the epoch. */
  givenAt: number
  /** When its end was answered; null: it was not. */
  endedAt: number | null
  /** Whether an end, or another change, was asked for without an answer. */
  isUnsure: boolean
  /** When it was answered that it has lost `read:some`; null: it was not. */
  narrowedAt: number | null
}

interface KnownUser {
  name: string
  /** When it was answered that nothing of theirs is accepted; null: they are free, or nobody knows. */
  frozenAt: number | null
  /** One thing is asked for at a time: the order in which two are carried out is nobody's to know. */
  isBusy: boolean
  /** Until when an unfreezing that was not answered may still be carried out. */
  unsureUntil: number
}

interface Reply {
  status: number
  body: string
  child: string | null
  sentAt: number
}

const USERS = 20
const TOKENS_KEPT = 400
/** Seldom: every process forgets all tokens with it, and so would hide what it should have forgotten by itself. */
const FREEZING_SHARE = 1 / 500
/** After an answer a process may accept what it remembers for the lease, where its link fails at that moment. */
const GRACE_MILLISECONDS = LINK_LEASE_SECONDS * 1_000 + 500

/** A request that nobody waits for any more may be carried out so much later. */
const LATE_MILLISECONDS = 30_000

/** Makes requests of all kinds to all servers, and notes each answer that no answer before allows. */
export class Load {
  readonly #site: Site
  readonly #random: Random
  readonly #onViolation: (violation: string) => void
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 })
  readonly #users: KnownUser[] = Array.from({ length: USERS }, (_, index) => ({
    name: `soak-user${index}`,
    frozenAt: null,
    isBusy: false,
    unsureUntil: 0,
  }))
  readonly tokens: KnownToken[] = []
  readonly violations: string[] = []
  readonly counts = new Map<string, number>()
  #operator = ''
  #made = 0

  /** @param onViolation - Told at once of each that it notes. */
  constructor(site: Site, random: Random, onViolation: (violation: string) => void) {
    this.#site = site
    this.#random = random
    this.#onViolation = onViolation
  }

  /** Makes the token that all changes are asked for with. */
  async begin(): Promise<void> {
    const body = { username: 'admin', token_type: 'user', token_name: 'soak', scopes: ['admin:token'] }
    const reply = await this.#send('POST', '/auth/api/v1/tokens', BOOTSTRAP_TOKEN, body)
    if (reply.status !== 201) throw new Error(`No operator: ${reply.status} ${reply.body}`)
    this.#operator = (JSON.parse(reply.body) as { token: string }).token
  }

  async run(clients: number, signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from({ length: clients }, () => this.#client(signal)))
    this.#agent.destroy()
  }

  async #client(signal: AbortSignal): Promise<void> {
    const weighted: (() => Promise<void>)[] = [
      ...Array.from({ length: 12 }, () => () => this.#verify()),
      ...Array.from({ length: 3 }, () => () => this.#make()),
      ...Array.from({ length: 2 }, () => () => this.#delegate()),
      ...Array.from({ length: 2 }, () => () => this.#revoke()),
      () => this.#narrow(),
      () => this.#rotate(),
    ]
    while (!signal.aborted) {
      if (this.#random.next() < FREEZING_SHARE) await this.#freeze()
      else await this.#random.pick(weighted)()
      // Refusals come fast.
      await pause(this.#random.below(10))
    }
  }

  async #verify(): Promise<void> {
    const known = this.#any()
    if (!known) return
    const wants = this.#random.next() < 0.3 ? 'read:some' : 'read:all'
    const reply = await this.#gate(known, `scope=${wants}`)
    this.#judge(known, wants, reply)
  }

  /** What was answered before this one was sent must not be undone. */
  #judge(known: KnownToken, wants: string, { status, sentAt }: Reply): void {
    if (status !== 200) return
    const late = sentAt - GRACE_MILLISECONDS
    const frozenAt = this.#users.find(({ name }) => name === known.username)?.frozenAt ?? null
    const after = (at: number | null) => at !== null && at < late
    if (after(endOf(known))) this.#violation(known, 'was accepted after its end was answered')
    if (after(frozenAt) && frozenAt !== null) this.#violation(known, 'was accepted though its user is frozen')
    if (wants === 'read:some' && after(known.narrowedAt))
      this.#violation(known, 'was accepted for a lost scope')
  }

  async #make(): Promise<void> {
    const user = this.#random.pick(this.#users)
    const name = `token ${++this.#made}`
    const body = {
      username: user.name,
      token_type: 'user',
      token_name: name,
      scopes: ['read:all', 'read:some', 'user:token'],
    }
    const givenAt = Date.now()
    const reply = await this.#send('POST', '/auth/api/v1/tokens', BOOTSTRAP_TOKEN, body)
    if (reply.status !== 201) return
    this.#keep(Token.parse((JSON.parse(reply.body) as { token: string }).token), user.name, null, givenAt)
  }

  async #delegate(): Promise<void> {
    const known = this.#any()
    if (!known) return
    const givenAt = Date.now()
    const service = this.#random.pick(['tap', 'portal'])
    const reply = await this.#gate(
      known,
      `scope=read:all&delegate_to=${service}&delegate_scope=read:all,read:some`,
    )
    this.#judge(known, 'read:all', reply)
    if (reply.status !== 200 || reply.child === null) return
    const token = Token.parse(reply.child)
    if (this.tokens.some((other) => other.token.key === token.key)) return
    this.#keep(token, known.username, known, givenAt)
  }

  async #revoke(): Promise<void> {
    const known = this.#any()
    if (!known || known.endedAt !== null) return
    known.isUnsure = true
    const { status } = await this.#change('DELETE', known)
    // Gone is gone, whoever ended it.
    if (status === 204 || status === 404) known.endedAt = Date.now()
  }

  async #narrow(): Promise<void> {
    const known = this.#any()
    if (!known || known.parent || known.narrowedAt !== null) return
    known.isUnsure = true
    const { status } = await this.#change('PATCH', known, { scopes: ['read:all', 'user:token'] })
    if (status === 200) known.narrowedAt = Date.now()
  }

  async #rotate(): Promise<void> {
    const known = this.#any()
    if (!known || known.parent) return
    known.isUnsure = true
    const reply = await this.#change('POST', known, { overlap: 0 }, '/rotate')
    if (reply.status < 200 || reply.status > 299) return
    const { token } = JSON.parse(reply.body) as { token?: string }
    if (token === undefined) return
    this.#keep(Token.parse(token), known.username, null, Date.now(), known)
  }

  async #freeze(): Promise<void> {
    const user = this.#random.pick(this.#users)
    if (user.isBusy) return
    user.isBusy = true
    const path = `/auth/api/v1/users/${user.name}/freeze`
    if (user.frozenAt !== null || this.#random.next() < 0.5) {
      user.frozenAt = null
      const { status } = await this.#send('DELETE', path, this.#operator)
      if (status !== 204 && status !== 404) user.unsureUntil = Date.now() + LATE_MILLISECONDS
    } else {
      const { status } = await this.#send('POST', path, this.#operator, {})
      if (status === 204 && Date.now() > user.unsureUntil) user.frozenAt = Date.now()
    }
    user.isBusy = false
  }

  #any(): KnownToken | null {
    return this.tokens.length === 0 ? null : this.#random.pick(this.tokens.slice(-TOKENS_KEPT))
  }

  #keep(
    token: Token,
    username: string,
    parent: KnownToken | null,
    givenAt: number,
    replaced?: KnownToken,
  ): void {
    const of = replaced ?? { endedAt: null, narrowedAt: null, isUnsure: false }
    this.tokens.push({
      ...{ token, username, parent, givenAt },
      ...{ endedAt: of.endedAt, narrowedAt: of.narrowedAt, isUnsure: of.isUnsure },
    })
  }

  #change(method: string, { username, token }: KnownToken, body?: object, below = ''): Promise<Reply> {
    return this.#send(
      method,
      `/auth/api/v1/users/${username}/tokens/${token.key}${below}`,
      this.#operator,
      body,
    )
  }

  #gate({ token }: KnownToken, query: string): Promise<Reply> {
    return this.#send('GET', `/ingress/auth?${query}`, `${token}`)
  }

  #violation({ token }: KnownToken, what: string): void {
    this.#note(`${token.key} ${what}`)
  }

  #note(violation: string): void {
    this.violations.push(violation)
    this.#onViolation(violation)
  }

  async #send(method: string, path: string, token: string, body?: object): Promise<Reply> {
    const { port } = this.#random.pick(this.#site.servers)
    const sentAt = Date.now()
    const reply = await ask(this.#agent, { port, method, path, token, body }).catch(() => null)
    const { status, text, child } = reply ?? { status: 0, text: '', child: null }
    const kind = `${method} ${path.split('?')[0]?.replace(/\/(soak-user\d+|[\w-]{22})(?=\/|$)/g, '/…')} ${status}`
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1)
    if (status === 500) this.#note(`${kind}: ${text.slice(0, 200)}`)
    return { status, body: text, child, sentAt }
  }
}

/** When a token or anything above it was answered to have ended, the first of them; null: none was. */
function endOf(known: KnownToken): number | null {
  const ends: number[] = []
  for (let at: KnownToken | null = known; at; at = at.parent) if (at.endedAt !== null) ends.push(at.endedAt)
  return ends.length === 0 ? null : Math.min(...ends)
}

interface Asked {
  port: number
  method: string
  path: string
  token: string
  body?: object | undefined
}

const TIMEOUT_MILLISECONDS = 15_000

function ask(agent: Agent, { port, method, path, token, body }: Asked) {
  return new Promise<{ status: number; text: string; child: string | null }>((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'x-original-url': 'https://example.com/service',
      'x-original-method': 'GET',
      ...(body && { 'content-type': 'application/json' }),
    }
    const options = { host: '127.0.0.1', port, method, path, headers, agent, timeout: TIMEOUT_MILLISECONDS }
    const sent = request(options, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      const child = answer.headers['x-auth-request-token']
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text, child: typeof child === 'string' ? child : null }),
      )
      answer.on('error', reject)
    })
    sent.on('timeout', () => sent.destroy(new Error('No answer')))
    sent.on('error', reject)
    sent.end(body && JSON.stringify(body))
  })
}
