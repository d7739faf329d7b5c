import { type LdapConfig, loadConfig } from '../../src/config/index.ts'

/** That part of the configuration which a file with these settings makes. */
export async function ldapConfig(
  url: string,
  { password, ...settings }: { password?: string } & Record<string, unknown> = {},
): Promise<LdapConfig> {
  const ldap = {
    ...{ url, userBaseDn: 'ou=people,dc=example,dc=org', groupBaseDn: 'ou=groups,dc=example,dc=org' },
    ...settings,
  }
  const { ldap: config } = await loadConfig({
    path: 'porthor.yaml',
    readFile: async () => JSON.stringify({ database: 'embedded', ldap }),
    environment: { ...(password !== undefined && { PORTHOR_LDAP_PASSWORD: password }) },
    purpose: 'check',
  })
  if (!config) throw new Error('There is no such section')
  return config
}

/** The same, with another time limit than that of the reference: what the pool is given besides is no setting. */
export function hurried(config: LdapConfig, timeoutMilliseconds = 800): LdapConfig {
  return Object.assign({}, config, { timeoutMilliseconds })
}
