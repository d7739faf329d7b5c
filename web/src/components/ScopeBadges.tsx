import { Badge, Text, Tooltip, VisuallyHidden } from '@mantine/core'
import { useSession } from '../api/session.ts'
import classes from './ScopeBadges.module.css'

/** Scopes in one line or a few, each with what it means: seen where the pointer rests, and heard by those who listen. */
export function ScopeBadges({ scopes }: { scopes: readonly string[] }) {
  const { known_scopes: known } = useSession()
  if (scopes.length === 0) {
    return (
      <Text size="sm" c="dimmed" component="span">
        no scopes
      </Text>
    )
  }
  return (
    <span className={classes.scopes}>
      {scopes.map((scope) => {
        const description = known.find(({ name }) => name === scope)?.description
        return (
          <Tooltip key={scope} label={description} disabled={!description} multiline maw={320}>
            <Badge variant="light" color="gray" radius="sm" tt="none" className={classes.badge ?? ''}>
              {scope}
              {description && <VisuallyHidden> ({description})</VisuallyHidden>}
            </Badge>
          </Tooltip>
        )
      })}
    </span>
  )
}
