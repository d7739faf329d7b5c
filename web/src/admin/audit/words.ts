import type { AuditFinding } from '../../api/types.ts'
import { exactTime } from '../../format/time.ts'

const KINDS: Readonly<Record<AuditFinding['kind'], string>> = {
  malformed: 'Unreadable data',
  'only-in-database': 'Listed, but not valid',
  'only-in-data': 'Valid, but not listed',
  mismatch: 'The stores differ',
  'secret-mismatch': 'Unknown secret',
  'outlives-parent': 'Outlives its parent',
  'exceeds-parent': 'More than its parent may',
  orphaned: 'Its parent is gone',
  'unknown-scope': 'Unknown scope',
}

export function kindName(kind: AuditFinding['kind']): string {
  return KINDS[kind]
}

/** What is wrong, for people; keys are marked for terminals. */
export function findingWords({ message }: AuditFinding): string {
  return message.replaceAll('`', '')
}

/** What a repair would do, or has done. */
export function repairWords({ repair }: AuditFinding): string {
  switch (repair?.action) {
    case 'end':
      return repair.tokens === 1 ? 'The token ends' : `${repair.tokens.toLocaleString()} tokens end`
    case 'delete-data':
      return 'The token is not accepted any more'
    case 'narrow':
      return `${repair.tokens === 1 ? 'The token has' : `${repair.tokens.toLocaleString()} tokens have`} no more than ${scopesOf(repair.scopes)}${repair.expires === undefined ? '' : `, and end by ${exactTime(repair.expires)}`}`
    case 'restore-secret':
      return 'The secret that the database knows is the only one again'
    default:
      return 'Nothing can be repaired'
  }
}

function scopesOf(scopes: readonly string[]): string {
  return scopes.length === 0 ? 'no scopes' : scopes.join(', ')
}
