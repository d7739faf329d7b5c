import { createPrivateKey } from 'node:crypto'
import * as z from 'zod'
import { groupName } from './groups.ts'
import { flag, httpUrl, option, text } from './option.ts'

const MAXIMUM_ISSUER_LENGTH = 2083
// RFC 7518 §3.3: RS256 wants no less.
const MINIMUM_KEY_BITS = 2048

const httpsUrl = () => httpUrl().refine((url) => url.startsWith('https:'), 'must be an https URL')

const client = z.strictObject({
  id: option(text(), { type: 'text', description: 'Client id.' }),
  secret: option(text(), { type: 'secret', description: 'Client secret.' }),
  return_uri: option(httpsUrl(), { type: 'https URL', description: 'Where to send people back.' }),
})

export const oidcServerSection = z.strictObject({
  enabled: option(flag().prefault(false), {
    type: 'true or false',
    description: 'If true, the rest of the section is checked. If not, it is left aside.',
  }),
  issuer: option(
    httpsUrl().refine(
      (url) => url.length <= MAXIMUM_ISSUER_LENGTH,
      `must have at most ${MAXIMUM_ISSUER_LENGTH} characters`,
    ),
    { type: 'https URL', environment: 'OIDC_SERVER_ISSUER', description: '`iss` of ID tokens.' },
  ),
  key: option(
    text().refine(
      isSigningKey,
      `must be a private RSA key of at least ${MINIMUM_KEY_BITS} bits as PEM, without a passphrase`,
    ),
    {
      type: 'secret, PEM',
      environment: 'OIDC_SERVER_KEY',
      description: `Private RSA key that signs ID tokens (RS256): at least ${MINIMUM_KEY_BITS} bits, no passphrase.`,
    },
  ),
  keyId: option(text().prefault('gafaelfawr'), { type: 'text', description: '`kid` of ID tokens.' }),
  clients: option(z.array(client).refine(haveDistinctIds, 'two clients have the same id'), {
    type: 'secret, list of `{id, secret, return_uri}`',
    environment: 'OIDC_SERVER_CLIENTS',
    text: 'json',
    description: 'The clients; in the variable as JSON. Ids are distinct, return URIs are https.',
  }),
  dataRightsMapping: option(z.record(groupName(), z.array(text())).prefault({}), {
    type: 'map: group → list',
    description: 'Data rights that membership gives, for the `data_rights` claim.',
  }),
})

function isSigningKey(pem: string): boolean {
  try {
    const key = createPrivateKey(pem)
    return (
      key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= MINIMUM_KEY_BITS
    )
  } catch {
    return false
  }
}

function haveDistinctIds(clients: readonly { id: string }[]): boolean {
  return new Set(clients.map(({ id }) => id)).size === clients.length
}
