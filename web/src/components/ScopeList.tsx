import { Text } from '@mantine/core'
import { useSession } from '../api/session.ts'
import classes from './ScopeList.module.css'

/** Scopes with what each of them means. */
export function ScopeList({ scopes }: { scopes: readonly string[] }) {
  const { known_scopes: known } = useSession()
  if (scopes.length === 0) return <Text c="dimmed">None</Text>
  return (
    <ul className={classes.list}>
      {scopes.map((scope) => (
        <li key={scope}>
          <code>{scope}</code>{' '}
          <Text span size="sm" c="dimmed">
            {known.find(({ name }) => name === scope)?.description}
          </Text>
        </li>
      ))}
    </ul>
  )
}
