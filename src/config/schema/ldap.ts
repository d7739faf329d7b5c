import * as z from 'zod'
import { flag, option, text } from './option.ts'

const LDAP_URL = /^ldaps?:\/\/[^\s/?#@]+\/?$/i

const attribute = (name: string) => text().nullable().prefault(name)

export const ldapSection = z.strictObject({
  url: option(
    z
      .string()
      .refine((url) => LDAP_URL.test(url) && URL.canParse(url), 'must be an ldap or ldaps URL with a host'),
    { type: 'ldap(s) URL', description: 'The server.' },
  ),
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
    description: 'Contents of a `krb5.conf`, put in its place by the chart. Switches `useKerberos` on.',
  }),
  useKerberos: option(flag().prefault(false), {
    type: 'true or false',
    description: 'Whether to bind by Kerberos (GSSAPI). Without `userDn` and Kerberos binds are anonymous.',
  }),
  groupBaseDn: option(text(), {
    type: 'text',
    description: 'Where groups are searched (the whole subtree).',
  }),
  groupObjectClass: option(text().prefault('posixGroup'), {
    type: 'text',
    description: 'Object class of groups.',
  }),
  groupMemberAttr: option(text().prefault('member'), {
    type: 'text',
    description: 'Attribute of a group that holds its members.',
  }),
  groupSearchByDn: option(flag().prefault(true), {
    type: 'true or false',
    description: 'Whether members are given as distinguished names; if not, as usernames.',
  }),
  userBaseDn: option(text(), { type: 'text', description: 'Where people are searched (one level).' }),
  userSearchAttr: option(text().prefault('uid'), {
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
    description: 'Attribute that holds the numeric UID; null, only with `firestore`: not looked up.',
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
})

export const firestoreSection = z.strictObject({
  project: option(text(), {
    type: 'text',
    description:
      "Google project whose Firestore assigns UIDs and GIDs. Google's credentials come from the process.",
  }),
})
