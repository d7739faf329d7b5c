import { Button } from '@mantine/core'
import { useState } from 'react'
import { Page } from '../../components/Page.tsx'
import { Secret } from '../../token-form/Secret.tsx'
import { FoundTokens } from '../tokens/FoundTokens.tsx'
import { NewServiceToken } from './NewServiceToken.tsx'

const SERVICE_TOKENS = { username: '', namePrefix: '', service: '', key: '', type: 'service' as const }

export function ServiceTokensPage() {
  const [isMaking, setIsMaking] = useState(false)
  const [made, setMade] = useState<{ username: string; token: string } | null>(null)
  if (made) {
    return (
      <Page key="made" title={`Token for ${made.username} was made`}>
        <Secret token={made.token} />
        <Button mt="lg" onClick={() => setMade(null)}>
          I have copied it
        </Button>
      </Page>
    )
  }
  if (isMaking) {
    return (
      <Page key="new" title="New service token">
        <NewServiceToken
          onCancel={() => setIsMaking(false)}
          onMade={(username, token) => {
            setIsMaking(false)
            setMade({ username, token })
          }}
        />
      </Page>
    )
  }
  return (
    <Page
      key="list"
      title="Service tokens"
      actions={<Button onClick={() => setIsMaking(true)}>New service token</Button>}
    >
      <FoundTokens search={SERVICE_TOKENS} />
    </Page>
  )
}
