import { queryOptions } from '@tanstack/react-query'
import { answer } from 'porthor/client'
import { api } from './client.ts'

/** What is known of whoever has logged in here. */
export const userInfoQuery = queryOptions({
  queryKey: ['user-info'],
  queryFn: () => answer(api.GET('/auth/api/v1/user-info')),
})
