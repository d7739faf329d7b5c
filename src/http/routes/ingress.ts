import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Porthor } from '../../composition.ts'
import { type OfText, TextMemory } from '../../models/text-memory.ts'
import { type GateAnswer, passAnswer, refusalAnswer } from '../gate/answers.ts'
import type { Decision, GateDecisions } from '../gate/decisions.ts'
import { directRefusal, type Site } from '../gate/direct-answers.ts'
import {
  ENVOY_PREFIX,
  envoyParameters,
  headersToRemove,
  leavesEnvoyPrefix,
  originalByEnvoy,
} from '../gate/envoy.ts'
import { loginUrl } from '../gate/login.ts'
import { originalByForwarding, originalByNginx } from '../gate/original.ts'
import { ResponseQueue } from '../gate/response-queue.ts'
import type { Visit } from '../gate/visit.ts'
import { splitTarget } from '../request-url.ts'

/** For nginx, in the reference's form. */
const AUTH = '/ingress/auth'
const ANONYMOUS = '/ingress/anonymous'
/** For proxies that pass refusals on as they are. */
const FORWARD = '/ingress/forward'

/** The paths of the gate, except for Envoy's. */
export const INGRESS_PATHS: readonly string[] = [AUTH, ANONYMOUS, FORWARD]

type Target = ReturnType<typeof splitTarget> & OfText

const MAXIMUM_TARGETS = 2_000
/** Longer ones than proxies are configured with are not worth their place. */
const MAXIMUM_TARGET_LENGTH = 2_048

/**
 * Answers the proxy that asks, before each request of each user, whether it may pass (spec/ingress.md). Works on requests
 * as Node.js gives them: a router and its hooks would take longer than the whole decision.
 */
export class IngressRoutes {
  readonly #decisions: GateDecisions
  readonly #site: Site
  readonly #responses: ResponseQueue
  /** Where requests lead, by what they ask for: proxies ask for the same again and again. */
  readonly #targets = new TextMemory<Target>(MAXIMUM_TARGETS)
  #lastTarget: Target = { text: '', path: '', query: '' }

  constructor(porthor: Porthor, decisions: GateDecisions) {
    const { realm, baseUrl } = porthor.config
    this.#decisions = decisions
    this.#site = { realm, baseUrl }
    this.#responses = new ResponseQueue((error) => decisions.failed(error))
  }

  /** @returns False: the request is not for the gate, and is not answered. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const { url } = request
    if (!url?.startsWith('/ingress/')) return false
    const target = url.startsWith(ENVOY_PREFIX) ? null : this.#targetOf(url)
    if (!target && leavesEnvoyPrefix(url)) return false
    if (target && !INGRESS_PATHS.includes(target.path)) return false
    try {
      if (target) this.#answer(request, response, target)
      else this.#answerEnvoy(request, response)
    } catch (error) {
      this.#fail(response, error)
    }
    return true
  }

  #answer(request: IncomingMessage, response: ServerResponse, { path, query }: Target): void {
    if (request.method !== 'GET') {
      this.#responses.send(response, methodNotAllowed(request.method))
      return
    }
    const visit = this.#decisions.visit(request)
    if (path === ANONYMOUS) {
      this.#responses.send(response, this.#nginxAnswer(visit, this.#decisions.letPass(visit)))
    } else if (path === FORWARD) {
      const decision = this.#decisions.decide(visit, query, originalByForwarding)
      this.#sendBy(response, decision, (made) => this.#directAnswer(visit, made))
    } else {
      const decision = this.#decisions.decide(visit, query, originalByNginx)
      this.#sendBy(response, decision, (made) => this.#nginxAnswer(visit, made))
    }
  }

  /** At once where nothing is to be waited for: most decisions come from memory. */
  #sendBy(
    response: ServerResponse,
    decision: Decision | Promise<Decision>,
    answerTo: (made: Decision) => GateAnswer,
  ): void {
    if (!(decision instanceof Promise)) this.#responses.send(response, answerTo(decision))
    else {
      decision
        .then((made) => this.#responses.send(response, answerTo(made)))
        .catch((error: unknown) => this.#fail(response, error))
    }
  }

  #fail(response: ServerResponse, error: unknown): void {
    this.#responses.send(response, this.#decisions.failed(error))
  }

  #targetOf(url: string): Target {
    // The last one is sooner compared than looked for.
    if (url === this.#lastTarget.text) return this.#lastTarget
    this.#lastTarget = this.#targets.get(url) ?? this.#learnTarget(url)
    return this.#lastTarget
  }

  #learnTarget(url: string): Target {
    const target = { ...splitTarget(url), text: url }
    if (url.length <= MAXIMUM_TARGET_LENGTH) this.#targets.set(target)
    return target
  }

  #answerEnvoy(request: IncomingMessage, response: ServerResponse): void {
    const visit = this.#decisions.visit(request)
    const decision = this.#decisions.decideForEnvoy(visit, envoyParameters(visit.headers), () =>
      originalByEnvoy(request, visit.headers),
    )
    this.#sendBy(response, decision, (made) => {
      if (!made.passed) return directRefusal(made, visit, this.#site)
      const removed = headersToRemove(made.headers, request.rawHeaders, this.#decisions.tokenHeader)
      return passAnswer([...made.headers, 'X-Envoy-Auth-Headers-To-Remove', removed.join(',')])
    })
  }

  #nginxAnswer(visit: Visit, decision: Decision): GateAnswer {
    if (decision.passed) return passAnswer(decision.headers)
    const { error, rules, verdict } = decision
    return refusalAnswer(error, {
      realm: this.#site.realm,
      authType: rules.authType,
      ajax: visit.isAjax,
      rate: verdict.rate,
      loginUrl: loginUrl(decision, visit.original, this.#site.baseUrl),
    })
  }

  #directAnswer(visit: Visit, decision: Decision): GateAnswer {
    return decision.passed ? passAnswer(decision.headers) : directRefusal(decision, visit, this.#site)
  }
}

function methodNotAllowed(method: string | undefined): GateAnswer {
  const body = method === 'HEAD' ? '' : '{"detail":"Method Not Allowed"}'
  const headers = ['Allow', 'GET', 'Content-Type', 'application/json', 'Content-Length', String(body.length)]
  return { status: 405, headers, body }
}
