import { Alert, Button, Group, Text } from '@mantine/core'
import { useRouteError } from 'react-router'

/** A part of the page could not be loaded, as after an update of the server, or is defective. */
export function RouteFailure() {
  const error = useRouteError()
  return (
    <Alert color="red" title="This page could not be shown" role="alert" m="md">
      <Group justify="space-between">
        <Text size="sm">{error instanceof Error ? error.message : 'Something unexpected happened.'}</Text>
        <Button size="xs" variant="outline" color="red" onClick={() => window.location.reload()}>
          Load it again
        </Button>
      </Group>
    </Alert>
  )
}
