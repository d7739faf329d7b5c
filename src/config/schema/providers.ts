import * as z from 'zod'
import { flag, httpUrl, option, text } from './option.ts'

/** Parameters of the login request that are the protocol's own (RFC 6749 §4.1.1, RFC 7636, OpenID Connect Core 3.1.2.1). */
const PROTOCOL_PARAMETERS = [
  'client_id',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'redirect_uri',
  'request',
  'request_uri',
  'response_mode',
  'response_type',
  'scope',
  'state',
]

const loginParams = () =>
  z
    .record(
      text().refine((name) => !PROTOCOL_PARAMETERS.includes(name), 'is set by the protocol, not by hand'),
      z.string(),
    )
    .prefault({})

const redirectUrl = option(httpUrl(), {
  type: 'http(s) URL',
  environment: 'REDIRECT_URL',
  description: 'The full public URL of `/login`, as registered with the provider.',
})

const enrollmentUrl = option(httpUrl().optional(), {
  type: 'http(s) URL',
  description:
    'Where people are sent whom the provider knows but who have no username yet. Without it: an error page.',
})

export const githubSection = z.strictObject({
  clientId: option(text(), { type: 'text', description: 'Client id of the OAuth App at GitHub.' }),
  clientSecret: option(text(), {
    type: 'secret',
    environment: 'GITHUB_CLIENT_SECRET',
    description: 'Its client secret.',
  }),
})

export const oidcSection = z.strictObject({
  clientId: option(text(), { type: 'text', description: 'Client id at the provider.' }),
  clientSecret: option(text(), {
    type: 'secret',
    environment: 'OIDC_CLIENT_SECRET',
    description: 'Client secret at the provider.',
  }),
  audience: option(text().optional(), {
    type: 'text',
    defaultText: 'the client id',
    description: 'What `aud` of an ID token must hold.',
  }),
  loginUrl: option(httpUrl(), { type: 'http(s) URL', description: "The provider's authorization endpoint." }),
  tokenUrl: option(httpUrl(), { type: 'http(s) URL', description: "The provider's token endpoint." }),
  loginParams: option(loginParams(), {
    type: 'map: text → text',
    description:
      'Further parameters of the login request; none that the protocol sets itself, such as `state`.',
  }),
  redirectUrl,
  enrollmentUrl,
  issuer: option(text(), {
    type: 'text',
    description: 'What `iss` of an ID token must be, byte for byte, also where its keys are found.',
  }),
  scopes: option(z.array(text()).prefault([]), {
    type: 'list',
    idle: ['openid'],
    description: 'Scopes to ask for; `openid` is always added.',
  }),
  usernameClaim: option(text().prefault('uid'), {
    type: 'text',
    idle: 'sub',
    description: 'The claim that holds the username.',
  }),
})

export const cilogonSection = z.strictObject({
  clientId: option(text(), { type: 'text', description: 'Client id at CILogon.' }),
  clientSecret: option(text(), {
    type: 'secret',
    environment: 'CILOGON_CLIENT_SECRET',
    description: 'Client secret at CILogon.',
  }),
  enrollmentUrl,
  test: option(flag().prefault(false), {
    type: 'true or false',
    description: "Whether to use CILogon's test service.",
  }),
  loginParams: option(loginParams(), {
    type: 'map: text → text',
    idle: { skin: 'LSST' },
    description: 'Further parameters of the login request, such as `skin` and `selected_idp`.',
  }),
  redirectUrl,
  usernameClaim: option(text().prefault('username'), {
    type: 'text',
    description: 'The claim that holds the username.',
  }),
})
