import { Alert, Stack, Text } from '@mantine/core'
import { CopyLine } from '../components/CopyLine.tsx'

/** A token with its secret, which is shown this once. */
export function Secret({ token }: { token: string }) {
  const url = `${window.location.origin}/auth/api/v1/token-info`
  return (
    <Stack gap="md">
      <Alert color="yellow" title="Copy it now: you will not see it again" role="alert">
        <Text size="sm">
          Whoever has this text can do what the token may do. It is kept nowhere in this page; if it is lost,
          make a new one.
        </Text>
      </Alert>
      <CopyLine label="Token" text={token} />
      <CopyLine label="Command that tries it out" text={`curl -H 'Authorization: Bearer ${token}' ${url}`} />
      <CopyLine label="Environment variable" text={`export ACCESS_TOKEN='${token}'`} />
    </Stack>
  )
}
