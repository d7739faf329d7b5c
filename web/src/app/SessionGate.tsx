import { Box, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ApiError } from 'porthor/client'
import { type ReactNode, useEffect } from 'react'
import { noteLoggedIn } from '../api/login.ts'
import { sessionQuery } from '../api/session.ts'
import { Failure } from '../components/Failure.tsx'
import { Loading } from '../components/Loading.tsx'
import { LoginNeeded } from './LoginNeeded.tsx'

/** Shows what is below to those who have logged in, and sends others to the login. */
export function SessionGate({ children }: { children: ReactNode }) {
  const { data, error, refetch } = useQuery(sessionQuery)
  const hasEnded = error instanceof ApiError && error.status === 401
  useEffect(() => {
    if (data && !hasEnded) noteLoggedIn()
  }, [data, hasEnded])
  if (hasEnded) return <LoginNeeded />
  if (data) return children
  if (error) {
    return (
      <Box component="main" p="md">
        <Title order={1} size="h3">
          Your session could not be looked up
        </Title>
        <Failure error={error} onRetry={() => void refetch()} />
      </Box>
    )
  }
  return <Loading what="Loading your session" />
}
