import * as z from 'zod'
import { duration, flag, number, option, text } from './option.ts'

const LDAP_URL = /^ldaps?:\/\/[^\s/?#@]+\/?$/i
/** RFC 4512 §2.5, without numbers in the place of names: a server answers under the name. */
const ATTRIBUTE = /^[a-z][a-z0-9-]*(;[a-z0-9-]+)*$/i

const ldapUrl = () =>
  z
    .string()
    .refine((url) => LDAP_URL.test(url) && URL.canParse(url), 'must be an ldap or ldaps URL with a host')
const attributeName = () => z.string().regex(ATTRIBUTE, 'must be the name of an attribute')
const attribute = (name: string) => attributeName().nullable().prefault(name)

export const ldapSection = z.strictObject({
  url: option(ldapUrl(), { type: 'ldap(s) URL', description: 'The server.' }),
  fallbackUrls: option(z.array(ldapUrl()).prefault([]), {
    type: 'list of ldap(s) URLs',
    description:
      'Further servers that say the same, tried in this order where the one before cannot be reached.',
  }),
  startTls: option(flag().prefault(false), {
    type: 'true or false',
    description: 'Whether connections to `ldap` URLs go over to TLS before anything is sent.',
  }),
  caFile: option(text().optional(), {
    type: 'path',
    defaultText: 'the authorities that Node.js knows',
    description: 'PEM file with the authorities that vouch for the servers; read anew for each connection.',
  }),
  certFile: option(text().optional(), {
    type: 'path',
    description: "PEM file with Porthor's own certificate, and those between it and an authority.",
  }),
  keyFile: option(text().optional(), { type: 'path', description: 'PEM file with the key of `certFile`.' }),
  saslExternal: option(flag().prefault(false), {
    type: 'true or false',
    description: 'Whether to bind as whom `certFile` names (SASL EXTERNAL).',
  }),
  userDn: option(text().optional(), {
    type: 'text',
    description: 'Distinguished name for a simple bind; needs the password.',
  }),
  password: option(text().optional(), {
    type: 'secret',
    environment: 'LDAP_PASSWORD',
    environmentOnly: true,
    description: 'Password for the simple bind.',
  }),
  kerberosConfig: option(text().optional(), {
    type: 'text',
    description: 'Contents of a `krb5.conf`. Switches `useKerberos` on.',
  }),
  useKerberos: option(flag().prefault(false), {
    type: 'true or false',
    description:
      'Kerberos (GSSAPI), which Porthor does not speak: an error, unless `userDn` has precedence. Without `userDn` and `saslExternal` binds are anonymous.',
  }),
  groupBaseDn: option(text(), {
    type: 'text',
    description: 'Where groups are searched (the whole subtree).',
  }),
  groupObjectClass: option(text().prefault('posixGroup'), {
    type: 'text',
    description: 'Object class of groups.',
  }),
  groupMemberAttr: option(attributeName().prefault('member'), {
    type: 'text',
    description: 'Attribute of a group that holds its members.',
  }),
  groupSearchByDn: option(flag().prefault(true), {
    type: 'true or false',
    description: 'Whether members are given as distinguished names; if not, as usernames.',
  }),
  userBaseDn: option(text(), { type: 'text', description: 'Where people are searched (one level).' }),
  userSearchAttr: option(attributeName().prefault('uid'), {
    type: 'text',
    description: 'Attribute of a person that holds the username.',
  }),
  nameAttr: option(attribute('displayName'), {
    type: 'text, or null',
    nullable: true,
    description: 'Attribute that holds the full name; null: not looked up.',
  }),
  emailAttr: option(attribute('mail'), {
    type: 'text, or null',
    nullable: true,
    description: 'Attribute that holds the email address; null: not looked up.',
  }),
  uidAttr: option(attribute('uidNumber'), {
    type: 'text, or null',
    nullable: true,
    description:
      'Attribute that holds the numeric UID; null, only with `firestore` or `posixIds`: not looked up.',
  }),
  gidAttr: option(attribute('gidNumber'), {
    type: 'text, or null',
    nullable: true,
    description: 'Attribute that holds the numeric primary GID; null: not looked up.',
  }),
  addUserGroup: option(flag().prefault(false), {
    type: 'true or false',
    description: 'Whether everybody has a group of their own, named like them, its GID their UID.',
  }),
  poolSize: option(number({ minimum: 1, maximum: 100, integer: true }).prefault(4), {
    type: 'connections',
    description: 'The most connections of one process.',
  }),
  cacheLifetime: option(duration({ minimumSeconds: 1 }).prefault('5m'), {
    type: 'duration, at least 1 s',
    description: 'How long answers are remembered. Where nothing was found, it is asked anew after 10 s.',
  }),
  staleLifetime: option(duration().prefault('1h'), {
    type: 'duration',
    description: 'How old a remembered answer may be where the servers do not give a newer one.',
  }),
})

export const firestoreSection = z.strictObject({
  project: option(text(), {
    type: 'text',
    description:
      'Google project whose Firestore assigned UIDs and GIDs. Porthor assigns them itself, in the database, once `porthor posix-ids import` has taken over what Firestore had.',
  }),
})
