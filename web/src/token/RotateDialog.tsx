import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useSession } from '../api/session.ts'
import { useRotateToken } from '../api/tokens.ts'
import type { TokenInfo } from '../api/types.ts'
import { Dialog } from '../components/Dialog.tsx'
import { FormFailure } from '../components/FormFailure.tsx'
import { byField } from '../format/errors.ts'
import { Secret } from '../token-form/Secret.tsx'
import { titleOf } from '../tokens/token-types.ts'

const OVERLAPS = [
  { value: '0', label: 'Ends at once' },
  { value: '300', label: 'Is accepted for 5 more minutes' },
  { value: '3600', label: 'Is accepted for 1 more hour' },
  { value: '86400', label: 'Is accepted for 24 more hours' },
]

interface RotateDialogProps {
  token: TokenInfo
  onClose(): void
}

/** Gives a token a new secret, and lets the old one be accepted for a while. */
export function RotateDialog({ token, onClose }: RotateDialogProps) {
  const { limits } = useSession()
  const [overlap, setOverlap] = useState('3600')
  const rotate = useRotateToken(token)
  const { fields, rest } = byField(rotate.error, ['overlap'])
  const title = `New secret for ${titleOf(token)}`
  if (rotate.data) {
    return (
      // Only by its button: the secret is not seen again.
      <Dialog onClose={onClose} title={title} size="lg" closeOnClickOutside={false} closeOnEscape={false}>
        <Secret token={rotate.data.token} />
        <Group justify="flex-end" mt="md">
          <Button onClick={onClose}>I have copied it</Button>
        </Group>
      </Dialog>
    )
  }
  return (
    <Dialog onClose={onClose} title={title} size="lg">
      <Stack>
        <Text size="sm">
          The token keeps its name, its scopes, its end, and what was derived from it; whoever uses it needs
          the new secret.
        </Text>
        <NativeSelect
          label="The old secret"
          data={OVERLAPS.filter(({ value }) => Number(value) <= limits.maximum_overlap)}
          value={overlap}
          error={fields.overlap}
          onChange={(event) => setOverlap(event.currentTarget.value)}
        />
        <FormFailure message={rest} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={rotate.isPending} onClick={() => rotate.mutate({ overlap: Number(overlap) })}>
            Make a new secret
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
