import { generateKeyPairSync } from 'node:crypto'
import { generateFernetKey } from '../../config/index.ts'
import { Token } from '../../models/token.ts'
import type { CliCommand } from '../cli-command.ts'
import type { Shell } from '../shell.ts'

/** `generate-key`, `generate-session-secret` and `generate-token`: secrets for a configuration, on the output stream. */
export function addGenerators(program: CliCommand, { stdout }: Shell): void {
  program
    .command('generate-key')
    .description('Print a new RSA key for the signatures of the OpenID Connect server: 2048 bits, PKCS#8')
    .example('A key that only you can read', 'umask 077; porthor generate-key > oidc-server.key')
    .action(() => {
      const { privateKey } = generateKeyPairSync('rsa', {
        modulusLength: 2048,
        publicExponent: 65_537,
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
        publicKeyEncoding: { type: 'spki', format: 'pem' },
      })
      stdout.write(privateKey)
    })

  program
    .command('generate-session-secret')
    .description('Print a new key for cookies and the data of tokens (sessionSecret)')
    .example('Into the environment', 'export PORTHOR_SESSION_SECRET="$(porthor generate-session-secret)"')
    .action(() => {
      stdout.write(`${generateFernetKey()}\n`)
    })

  program
    .command('generate-token')
    .description('Print a new token that no store knows, for bootstrapToken')
    .example('Into the environment', 'export PORTHOR_BOOTSTRAP_TOKEN="$(porthor generate-token)"')
    .action(() => {
      stdout.write(`${Token.generate()}\n`)
    })
}
