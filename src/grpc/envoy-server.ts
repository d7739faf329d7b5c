import { fileURLToPath } from 'node:url'
import { type handleUnaryCall, Server, ServerCredentials, type ServerUnaryCall } from '@grpc/grpc-js'
import { type AnyDefinition, loadSync, type ServiceDefinition } from '@grpc/proto-loader'
import type { Porthor } from '../composition.ts'
import type { Config } from '../config/index.ts'
import { failureAnswer } from '../http/gate/answers.ts'
import { GateDecisions } from '../http/gate/decisions.ts'
import { directRefusal, type Site } from '../http/gate/direct-answers.ts'
import type { Log } from '../services/token-log.ts'
import { deniedResponse, okResponse, readCheck } from './check.ts'
import type { CheckRequest, CheckResponse } from './messages.ts'

type GateAddress = NonNullable<Config['gate']['grpcListen']>

export interface EnvoyServer {
  /** Of an address with port 0: the one that was given; 0 on a Unix socket. */
  readonly port: number
  /** Accepts nothing more, and waits for calls under way, up to 10 s. */
  close(): Promise<void>
}

const CLOSE_MILLISECONDS = 10_000
/** More than any headers that Envoy lets through. */
const MAXIMUM_MESSAGE_BYTES = 1024 * 1024
/** Finds connections whose other end has vanished. */
const KEEPALIVE_MILLISECONDS = 30_000
/** Envoy opens another when it needs one; whoever only holds connections open does not keep them. */
const IDLE_MILLISECONDS = 300_000

/**
 * Answers Envoy's external authorization over gRPC, `envoy.service.auth.v3.Authorization/Check`, by the same gate as over
 * HTTP.
 *
 * @param options.idleMilliseconds - A connection without a call for so long is ended.
 * @throws One cannot listen there.
 */
export async function startEnvoyServer(
  porthor: Porthor,
  address: GateAddress,
  log: Log,
  { idleMilliseconds = IDLE_MILLISECONDS } = {},
): Promise<EnvoyServer> {
  const server = new Server({
    'grpc.max_receive_message_length': MAXIMUM_MESSAGE_BYTES,
    'grpc.keepalive_time_ms': KEEPALIVE_MILLISECONDS,
    'grpc.max_connection_idle_ms': idleMilliseconds,
  })
  const checks = new Checks(porthor, address, log)
  server.addService(authorizationService(), {
    Check: ((call, callback) => {
      void checks.answer(call).then((response) => callback(null, response))
    }) satisfies handleUnaryCall<CheckRequest, CheckResponse>,
  })
  const port = await new Promise<number>((listening, failed) => {
    server.bindAsync(textOf(address), ServerCredentials.createInsecure(), (error, bound) => {
      if (error) failed(error)
      else listening(bound)
    })
  })
  return {
    port,
    async close() {
      const late = setTimeout(() => server.forceShutdown(), CLOSE_MILLISECONDS)
      await new Promise<void>((closed) => server.tryShutdown(() => closed()))
      clearTimeout(late)
    },
  }
}

class Checks {
  readonly #decisions: GateDecisions
  readonly #site: Site

  constructor(porthor: Porthor, { kind }: GateAddress, log: Log) {
    const { realm, baseUrl } = porthor.config
    this.#decisions = new GateDecisions(porthor, log, { peersAreProxies: kind === 'socket' })
    this.#site = { realm, baseUrl }
  }

  /** Never throws: Envoy may have been told to let pass what could not be judged (`failure_mode_allow`). */
  async answer(call: ServerUnaryCall<CheckRequest, CheckResponse>): Promise<CheckResponse> {
    try {
      return await this.#answer(call)
    } catch (error) {
      return deniedResponse(this.#decisions.failed(error))
    }
  }

  async #answer(call: ServerUnaryCall<CheckRequest, CheckResponse>): Promise<CheckResponse> {
    const secrets = call.metadata.get('x-porthor-secret').map(String)
    const check = readCheck(call.request, { peer: call.getPeer(), secrets })
    if (!check) return deniedResponse(failureAnswer())
    const { request, original, parameters } = check
    const visit = this.#decisions.visit(request)
    const decision = await this.#decisions.decideForEnvoy(visit, parameters, () => original)
    return decision.passed
      ? okResponse(decision, request, this.#decisions.tokenHeader)
      : deniedResponse(directRefusal(decision, visit, this.#site))
  }
}

function textOf(address: GateAddress): string {
  if (address.kind === 'socket') return `unix:${address.path}`
  const { host, port } = address
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** As authorization.proto describes it. */
function authorizationService(): ServiceDefinition {
  const file = fileURLToPath(new URL('authorization.proto', import.meta.url))
  const service = loadSync(file, { defaults: true })['envoy.service.auth.v3.Authorization']
  if (!service || isMessage(service)) throw new Error(`${file} holds no service`)
  return service
}

function isMessage(definition: AnyDefinition): definition is Exclude<AnyDefinition, ServiceDefinition> {
  return typeof definition.format === 'string'
}
