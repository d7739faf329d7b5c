import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { Page } from '../components/Page.tsx'
import { Secret } from '../token-form/Secret.tsx'
import { NewTokenForm } from './NewTokenForm.tsx'
import { readPrefill } from './prefill.ts'

export function NewTokenPage() {
  const [parameters] = useSearchParams()
  const [made, setMade] = useState<{ name: string; token: string } | null>(null)
  if (made) {
    return (
      <Page key="made" title={`Token ${made.name} was made`}>
        <Secret token={made.token} />
        <Group mt="lg">
          <Button component={Link} to="/">
            I have copied it
          </Button>
          <Button variant="default" onClick={() => setMade(null)}>
            Make another
          </Button>
        </Group>
      </Page>
    )
  }
  return (
    <Page key="new" title="New token">
      <NewTokenForm
        prefill={readPrefill(parameters)}
        isPrefilled={parameters.size > 0}
        onMade={(name, token) => setMade({ name, token })}
      />
    </Page>
  )
}
