import * as z from 'zod'
import { option, ownAddress, text } from './option.ts'

const MINIMUM_SECRET_LENGTH = 16
const HEADER_NAME = /^[A-Za-z0-9][A-Za-z0-9-]*$/
/** These say something else already. */
const TAKEN =
  /^(authorization|cookie|host|connection|content-.*|transfer-encoding|x-(auth-request|forwarded|original|porthor)-.*)$/i

const secret = () =>
  text()
    .min(MINIMUM_SECRET_LENGTH, `must have at least ${MINIMUM_SECRET_LENGTH} characters`)
    .regex(/^[\x21-\x7e]+$/, 'must be ASCII without blanks')

/** Who may ask the gate, and where. */
export const gateOptions = {
  gateSecrets: option(z.array(secret()).prefault([]), {
    type: 'secret, list of texts of at least 16 characters',
    environment: 'GATE_SECRETS',
    own: true,
    text: 'list',
    description:
      'With them the gate answers only who sends one of them as `X-Porthor-Secret`: the proxy. Several, so that they can be changed one proxy after the other; in the variable separated by commas.',
  }),
  gateListen: option(ownAddress().optional(), {
    type: '`host:port` or `unix:/path`',
    environment: 'GATE_LISTEN',
    own: true,
    defaultText: 'where everything else is',
    description:
      'Where the gate listens instead: an address that only the proxy reaches, or a Unix socket in a folder that only the proxy may enter. It is then not to be found anywhere else.',
  }),
  gateGrpcListen: option(ownAddress().optional(), {
    type: '`host:port` or `unix:/path`',
    environment: 'GATE_GRPC_LISTEN',
    own: true,
    defaultText: 'it does not',
    description:
      'Where the gate answers Envoy’s external authorization over gRPC (`envoy.service.auth.v3.Authorization`), without TLS. The secrets hold there too, as metadata of the call.',
  }),
  tokenHeader: option(
    text()
      .regex(HEADER_NAME, 'must be the name of a header: letters, digits and hyphens')
      .refine((name) => !TAKEN.test(name), 'must be a header that means nothing else')
      .optional(),
    {
      type: 'name of a header',
      environment: 'TOKEN_HEADER',
      own: true,
      description:
        'A header besides `Authorization` in which the gate accepts a token, by itself or after `Bearer`: `X-API-Key`, for example. The proxy has to remove it from what reaches services.',
    },
  ),
}
