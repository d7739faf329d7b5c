import { Alert, Button, Group, Text } from '@mantine/core'
import { explain } from '../format/errors.ts'

interface FailureProps {
  error: Error
  /** Absent: trying again is of no use. */
  onRetry?: (() => void) | undefined
}

/** What has gone wrong, in the words of the API where it gave some, and another try. */
export function Failure({ error, onRetry }: FailureProps) {
  const { title, text } = explain(error)
  return (
    <Alert color="red" title={title} role="alert" my="md">
      <Group justify="space-between">
        <Text size="sm">{text}</Text>
        {onRetry && (
          <Button size="xs" variant="outline" color="red" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  )
}
