import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import './app/styles.css'

const root = document.getElementById('root')
if (!root) throw new Error('The page has no place for its contents')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
