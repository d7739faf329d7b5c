import { Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** There is nothing, and what one can do about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md">
      <Text fw={600}>{title}</Text>
      {children && (
        <Text component="div" c="dimmed" ta="center" size="sm">
          {children}
        </Text>
      )}
    </Stack>
  )
}
