import { group, person } from '../support/slapd.ts'

const people = [
  person('alice', {
    displayName: 'Alice Ö',
    mail: 'alice@example.org',
    uidNumber: '3001',
    gidNumber: '4001',
  }),
  person('bob', { displayName: 'Bob', uidNumber: '3002' }),
  person('carol', { mail: 'carol@example.org' }),
  person('erin', { displayName: 'Erin', uidNumber: '0' }),
]
const groups = [
  group('g-primary', { gid: 4001 }),
  group('g-users', { members: ['alice', 'bob'], memberUids: ['alice'], gid: 4002 }),
  group('g-team', { members: ['alice'], gid: 4003 }),
  group('g-unnumbered', { members: ['alice', 'carol'] }),
  group('bob', { members: ['bob'], gid: 4010 }),
  // Without a number, and of one class alone.
  `dn: cn=g-names,ou=groups,dc=example,dc=org
objectClass: groupOfNames
cn: g-names
member: uid=alice,ou=people,dc=example,dc=org

`,
]

/** People and groups as sites have them: members by distinguished name and by username, groups with and without numbers. */
export const TREE = [...people, ...groups].join('')
