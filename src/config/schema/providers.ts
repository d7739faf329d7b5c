import * as z from 'zod'
import { normaliseHttpUrl } from '../urls.ts'
import { flag, httpUrl, number, option, text } from './option.ts'

const isHttpUrl = (value: string) => normaliseHttpUrl(value) !== null

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
    .refine(({ max_age: maxAge = '0' }) => /^\d{1,9}$/.test(maxAge), {
      path: ['max_age'],
      error: 'must be a number of seconds, in quotes',
    })
    .prefault({})

const redirectUrl = option(
  // openid-client repeats it to the token endpoint without a query.
  httpUrl().refine((url) => !/[?#]/.test(url), 'must have no query and no fragment'),
  {
    type: 'http(s) URL',
    environment: 'REDIRECT_URL',
    description: 'The full public URL of `/login`, as registered with the provider.',
  },
)

const idTokenAlgorithms = option(
  z
    .array(z.enum(['RS256', 'PS256', 'ES256', 'EdDSA'], 'must be one of RS256, PS256, ES256, EdDSA'))
    .min(1, 'must not be empty')
    .prefault(['RS256']),
  {
    type: 'list of `RS256`, `PS256`, `ES256`, `EdDSA`',
    defaultText: '`RS256`',
    idle: ['RS256'],
    description: 'By which algorithms ID tokens and logout tokens may be signed.',
  },
)

const claim = (description: string) => option(text().optional(), { type: 'text', description })

const userInfoClaims = option(
  z
    .strictObject({
      name: claim('Claim with the full name.'),
      email: claim('Claim with the email address.'),
      uid: claim('Claim with the numeric UID.'),
      gid: claim('Claim with the numeric GID of the primary group.'),
      groups: claim(
        'Claim with the groups: a list of `{name, id}`, as in `isMemberOf` of CILogon, or of names, which count for scopes and have a GID where `posixIds` assigns them. With it, `ldap` may be left out.',
      ),
    })
    .optional(),
  {
    type: 'section',
    description:
      'Claims of the ID token that are kept with the session, and prevail over LDAP. What is not named is not taken.',
  },
)

const enrollmentUrl = option(httpUrl().optional(), {
  type: 'http(s) URL',
  description:
    'Where people are sent whom the provider knows but who have no username yet. Without it: an error page.',
})

/** With a team's own number, of which there are millions, still below the highest GID. */
const MAXIMUM_TEAM_GID_OFFSET = 4_000_000_000

export const githubSection = z.strictObject({
  clientId: option(text(), { type: 'text', description: 'Client id of the OAuth App at GitHub.' }),
  clientSecret: option(text(), {
    type: 'secret',
    environment: 'GITHUB_CLIENT_SECRET',
    description: 'Its client secret.',
  }),
  teamGidOffset: option(number({ minimum: 0, maximum: MAXIMUM_TEAM_GID_OFFSET, integer: true }).prefault(0), {
    type: `number up to ${MAXIMUM_TEAM_GID_OFFSET}`,
    description:
      "Added to GitHub's number of a team to make its GID. People have their own number there as UID and GID: with 0, as in the reference, a team and a stranger can have the same; with 2147483648 they cannot.",
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
      'Further parameters of the login request; none that the protocol sets itself, such as `state`. With `max_age`, logins at the provider that are older are refused.',
  }),
  redirectUrl,
  enrollmentUrl,
  issuer: option(text().refine(isHttpUrl, 'must be an http or https URL'), {
    type: 'http(s) URL',
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
  idTokenAlgorithms,
  userInfoClaims,
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
  idTokenAlgorithms,
  userInfoClaims,
})
