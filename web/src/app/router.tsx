import { createBrowserRouter } from 'react-router'
import { TokensPage } from '../tokens/TokensPage.tsx'
import { NotFoundPage } from './NotFoundPage.tsx'
import { RouteFailure } from './RouteFailure.tsx'
import { Shell } from './Shell.tsx'

/** Pages other than the first are loaded when somebody goes there. */
export const router = createBrowserRouter(
  [
    {
      path: '/',
      element: <Shell />,
      errorElement: <RouteFailure />,
      children: [
        {
          // Below the frame, which stays when a page fails.
          errorElement: <RouteFailure />,
          children: [
            { index: true, element: <TokensPage /> },
            {
              path: 'new',
              lazy: async () => pageOf((await import('../new-token/NewTokenPage.tsx')).NewTokenPage),
            },
            {
              path: 'sessions',
              lazy: async () => pageOf((await import('../sessions/SessionsPage.tsx')).SessionsPage),
            },
            {
              path: 'history',
              lazy: async () => pageOf((await import('../history/HistoryPage.tsx')).HistoryPage),
            },
            { path: 'id/:key', lazy: async () => pageOf((await import('../token/TokenPage.tsx')).TokenPage) },
            { path: '*', element: <NotFoundPage /> },
          ],
        },
      ],
    },
  ],
  { basename: '/auth/tokens' },
)

function pageOf(Component: React.ComponentType) {
  return { Component }
}
