import { join } from 'node:path'
import { readEmbeddedSecrets } from '../../config/index.ts'

export interface FirstSteps {
  /** Where the server listens, without a slash at the end. */
  url: string
  /** The data folder, absolute. */
  folder: string
  bootstrapToken: string
  /** Whether the bootstrap token was made in this run: only then it is shown. */
  isNew: boolean
  /** Opens a session of an administrator's, once; null: there is no administrator. */
  loginLink: string | null
  /** Whole seconds since the epoch: makes the name of the token in the example one that is free. */
  now: number
}

/** What a person can do next, on the embedded store; the commands work as they are printed, each by itself. */
export async function firstSteps(steps: FirstSteps): Promise<string> {
  const { url, folder, bootstrapToken, isNew, loginLink } = steps
  const secretsFile = join(folder, 'secrets.json')
  const kept = await readEmbeddedSecrets(folder)
  const isKept = kept?.bootstrapToken === bootstrapToken
  const answerFile = join(folder, 'alice.json')
  const [create, verify] = curlLines(steps, credentialOf(steps, secretsFile, isKept), answerFile)
  return [
    '',
    `Porthor listens on ${url}`,
    `Data folder: ${folder}`,
    isNew
      ? `The administrator's bootstrap token, shown this once (it is kept in ${secretsFile}): ${bootstrapToken}`
      : `The administrator's bootstrap token is ${isKept ? `kept in ${secretsFile}` : 'the one of PORTHOR_BOOTSTRAP_TOKEN'}`,
    '',
    ...loginLines(loginLink),
    'Make a token for alice (the answer is kept for the next command):',
    '',
    create,
    '',
    'Ask whose token it is:',
    '',
    verify,
    '',
    'Ctrl-C ends the server.',
    '',
    '',
  ].join('\n')
}

function loginLines(loginLink: string | null): string[] {
  if (loginLink === null) return []
  return [
    'Log in as an administrator, in a browser. The link works once, for ten minutes;',
    '`porthor login-link USER` makes others:',
    '',
    loginLink,
    '',
  ]
}

function curlLines({ url, now }: FirstSteps, credential: string, answerFile: string): [string, string] {
  const api = `${url}/auth/api/v1`
  const name = `try ${new Date(now * 1000).toISOString().slice(0, 19).replace('T', ' ')}`
  const body = JSON.stringify({
    username: 'alice',
    token_type: 'user',
    token_name: name,
    scopes: ['read:all'],
  })
  const file = shellQuoted(answerFile)
  const type = "-H 'Content-Type: application/json'"
  return [
    `curl -sS -w '\\n' ${api}/tokens -H "Authorization: Bearer ${credential}" ${type} -d '${body}' | tee ${file}`,
    `curl -sS -w '\\n' ${api}/token-info -H "Authorization: Bearer $(cut -d'"' -f4 ${file})"`,
  ]
}

/** What stands for the bootstrap token in a command: itself only where it is shown anyway. */
function credentialOf({ bootstrapToken, isNew }: FirstSteps, secretsFile: string, isKept: boolean): string {
  if (isNew) return bootstrapToken
  return isKept ? `$(grep -o 'gt-[^"]*' ${shellQuoted(secretsFile)})` : '$PORTHOR_BOOTSTRAP_TOKEN'
}

function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
