import { equalSecrets } from '../../models/token.ts'
import type { GateHeaders } from './headers.ts'

/**
 * Tells the proxy from everybody else on the network, who could choose the gate's parameters and have tokens delegated: by
 * a secret that the proxy sends along, `X-Porthor-Secret`.
 */
export class ProxyIdentity {
  readonly #secrets: readonly string[]

  /** @param secrets - Any of them will do; none: nobody has to prove anything. */
  constructor(secrets: readonly string[]) {
    this.#secrets = secrets
  }

  isProven({ proxySecrets }: GateHeaders): boolean {
    if (this.#secrets.length === 0) return true
    const [presented, ...others] = proxySecrets
    // A client that sends one as well must not be taken for the proxy, nor spoil what the proxy sends.
    if (presented === undefined || others.length > 0) return false
    // Each is compared, whatever the first comparison says.
    return this.#secrets.filter((secret) => equalSecrets(secret, presented)).length > 0
  }
}
