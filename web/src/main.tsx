import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { queryClient } from './api/query-client.ts'
import { sessionQuery } from './api/session.ts'
import { App } from './app/App.tsx'
import './app/styles.css'

// On its way while the page is being made.
void queryClient.prefetchQuery(sessionQuery)

const root = document.getElementById('root')
if (!root) throw new Error('The page has no place for its contents')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
