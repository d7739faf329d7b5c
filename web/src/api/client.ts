import { createClient } from 'porthor/client'
import { fetchSession } from './session.ts'

/** The API of the server that this page came from, with the session of this browser. */
export const api = createClient({
  baseUrl: window.location.origin,
  // Asked anew each time: another tab may have logged in again since.
  csrf: async () => (await fetchSession()).csrf,
})
