import { Alert } from '@mantine/core'

/** What is wrong with a form as a whole, or with none of its fields. */
export function FormFailure({ message }: { message: string | null }) {
  if (message === null) return null
  return (
    <Alert color="red" role="alert">
      {message}
    </Alert>
  )
}
