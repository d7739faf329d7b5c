import * as z from 'zod'
import { isAddressOrNetwork } from '../../models/fields.ts'
import { Token } from '../../models/token.ts'
import { isUsername } from '../../models/usernames.ts'
import { isFernetKey } from '../fernet-key.ts'
import { flag, httpUrl, number, option, text } from './option.ts'

const fernetKey = () =>
  text().refine(isFernetKey, 'must be a Fernet key: 32 bytes in URL-safe base64, padded')

/** How Porthor is reached, by whom, and what it says. */
export const serverOptions = {
  host: option(text().optional(), {
    type: 'address',
    environment: 'HOST',
    own: true,
    defaultText: '`127.0.0.1` with the embedded database, else `0.0.0.0`',
    description: 'Address to listen on.',
  }),
  port: option(number({ minimum: 0, maximum: 65_535, integer: true }).prefault(8080), {
    type: 'port',
    environment: 'PORT',
    own: true,
    description: 'Port to listen on; 0: any that is free.',
  }),
  workers: option(number({ minimum: 1, maximum: 1024, integer: true }).prefault(1), {
    type: 'processes',
    environment: 'WORKERS',
    own: true,
    description: 'Number of processes that serve. The embedded database allows one.',
  }),
  baseUrl: option(httpUrl().optional(), {
    type: 'http(s) URL',
    environment: 'BASE_URL',
    defaultText: 'required; with the embedded database `http://127.0.0.1:<port>/`',
    description: 'The public URL. Its host is the authentication realm and the domain of cookies.',
  }),
  baseInternalUrl: option(httpUrl().optional(), {
    type: 'http(s) URL',
    environment: 'BASE_INTERNAL_URL',
    defaultText: 'required; with the embedded database `baseUrl`',
    description: 'The URL inside the cluster, for the annotations of ingresses.',
  }),
  afterLogoutUrl: option(httpUrl().optional(), {
    type: 'http(s) URL',
    environment: 'AFTER_LOGOUT_URL',
    defaultText: 'required; with the embedded database `/logged-out`, a page of Porthor’s own',
    description: 'Where browsers go after a logout.',
  }),
  allowSubdomains: option(flag().prefault(false), {
    type: 'true or false',
    description: 'Whether the session cookie reaches subdomains of the base host too.',
  }),
  proxies: option(z.array(z.string().refine(isAddressOrNetwork, network())).prefault([]), {
    type: 'list of IPv4 and IPv6 networks',
    description: 'Proxies whose word on `X-Forwarded-For` counts.',
  }),
  bootstrapToken: option(
    text().refine(Token.isToken, 'must be a token: gt-<22 characters>.<22 characters>').optional(),
    {
      type: 'secret, token',
      environment: 'BOOTSTRAP_TOKEN',
      defaultText: 'required; with the embedded database made on the first run',
      description: 'A token that may do what an administrator may, for setting things up.',
    },
  ),
  sessionSecret: option(fernetKey().optional(), {
    type: 'secret, Fernet key',
    environment: 'SESSION_SECRET',
    defaultText: 'required; with the embedded database made on the first run',
    description: 'Encrypts cookies and the data of tokens.',
  }),
  oldSessionSecrets: option(z.array(fernetKey()).prefault([]), {
    type: 'secret, list of Fernet keys',
    environment: 'OLD_SESSION_SECRETS',
    text: 'list',
    description:
      'Keys that still decrypt, for changing `sessionSecret` without losing what is encrypted (see `porthor reencrypt`); in the variable separated by commas.',
  }),
  initialAdmins: option(z.array(z.string().refine(isUsername, 'must be a username')).optional(), {
    type: 'list of usernames',
    defaultText: 'empty; with the embedded database and no configuration file `admin`',
    description: 'Administrators entered when the database is made, if it has none.',
  }),
  logLevel: option(
    z
      .string()
      .toUpperCase()
      .pipe(z.enum(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']))
      .prefault('INFO'),
    {
      type: '`DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL`, in any case',
      description: 'The least severe lines that are logged.',
    },
  ),
  errorFooter: option(text().optional(), {
    type: 'HTML',
    description:
      'Put as it is at the foot of the error pages of login. Plain text will do as long as it has no `<` and `&`.',
  }),
  slackAlerts: option(flag().prefault(false), {
    type: 'true or false',
    description:
      'Whether uncaught errors of requests are reported to Slack, each kind once in ten minutes; needs `slackWebhook`.',
  }),
  slackWebhook: option(httpUrl().optional(), {
    type: 'secret, http(s) URL',
    environment: 'SLACK_WEBHOOK',
    description:
      'Where alerts go. Those of login, user information, the audit, and token data or quota overrides that cannot be read are sent whenever this is set.',
  }),
  internalDatabase: option(flag().optional(), {
    type: 'true or false',
    description: 'For the Helm chart; accepted and left aside.',
  }),
  updateSchema: option(flag().optional(), {
    type: 'true or false',
    description: 'For the Helm chart; accepted and left aside.',
  }),
}

function network(): string {
  return 'must be an IP address, or a network in CIDR form without host bits'
}
