import { LdapDirectory, type LdapDirectoryOptions } from '../../src/storage/ldap/ldap-directory.ts'
import { GROUP_BASE, USER_BASE } from '../support/slapd.ts'

export interface LogLine {
  level: 'debug' | 'warn' | 'error'
  event: string
  fields: Record<string, unknown>
}

/** A directory as a configuration without anything but addresses makes it. */
export function openDirectory(
  url: string,
  options: Partial<LdapDirectoryOptions> = {},
): { directory: LdapDirectory; lines: LogLine[] } {
  const lines: LogLine[] = []
  const at = (level: LogLine['level']) => (fields: object, event: string) => {
    lines.push({ level, event, fields: { ...fields } })
  }
  const directory = new LdapDirectory({
    urls: [url],
    startTls: false,
    caFile: null,
    certFile: null,
    keyFile: null,
    saslExternal: false,
    userDn: null,
    password: null,
    poolSize: 4,
    userBaseDn: USER_BASE,
    userSearchAttr: 'uid',
    nameAttr: 'displayName',
    emailAttr: 'mail',
    uidAttr: 'uidNumber',
    gidAttr: 'gidNumber',
    groupBaseDn: GROUP_BASE,
    groupObjectClass: 'posixGroup',
    groupMemberAttr: 'member',
    groupSearchByDn: true,
    withGids: true,
    report: { debug: at('debug'), warn: at('warn'), error: at('error') },
    ...options,
  })
  return { directory, lines }
}
