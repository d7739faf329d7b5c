import { Button, Group, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { explain } from '../format/errors.ts'

interface LoadNowProps<T> {
  label: string
  load(): Promise<T>
  onLoaded(now: T): void
}

/** Loads what somebody else has made of what is being changed. */
export function LoadNow<T>({ label, load: mutationFn, onLoaded: onSuccess }: LoadNowProps<T>) {
  const load = useMutation({ mutationFn, onSuccess })
  return (
    <>
      {load.error && (
        <Text size="sm" c="red">
          {explain(load.error).text}
        </Text>
      )}
      <Group mt="xs">
        <Button size="xs" loading={load.isPending} onClick={() => load.mutate()}>
          {label}
        </Button>
      </Group>
    </>
  )
}
