import { notifications } from '@mantine/notifications'
import type { UseMutationResult } from '@tanstack/react-query'

interface DeedOptions<Data> {
  /** What the page says when it is done; null: nothing. */
  message(data: Data): string | null
  /** Called when it is done: what asked for it closes. */
  onDone(data: Data): void
}

/** Something that is done once, at somebody's word. */
export interface Deed<Variables> {
  isPending: boolean
  error: Error | null
  run(variables: Variables): void
}

/** Does something, says that it is done, and goes on. */
export function useDeed<Data, Variables>(
  { isPending, error, mutate }: UseMutationResult<Data, Error, Variables>,
  { message, onDone }: DeedOptions<Data>,
): Deed<Variables> {
  const run = (variables: Variables) =>
    mutate(variables, {
      onSuccess(data) {
        const text = message(data)
        if (text !== null) notifications.show({ message: text })
        onDone(data)
      },
    })
  return { isPending, error, run }
}
