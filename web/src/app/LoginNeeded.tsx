import { Button, Stack, Text, Title } from '@mantine/core'
import { loginUrl } from '../api/login.ts'

/** Seen for a moment on the way to the login; for longer only by those whom the login did not help. */
export function LoginNeeded() {
  return (
    <Stack component="main" align="center" mt="xl" p="md" gap="md">
      <Title order={1} size="h3">
        Please log in
      </Title>
      <Text ta="center">There is no session in this browser, or it has ended.</Text>
      <Button component="a" href={loginUrl()}>
        Log in
      </Button>
    </Stack>
  )
}
