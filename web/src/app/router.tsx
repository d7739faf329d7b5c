import type { ComponentType } from 'react'
import { createBrowserRouter, type RouteObject } from 'react-router'
import type { adminPages } from '../admin/pages.ts'
import { Loading } from '../components/Loading.tsx'
import { TokensPage } from '../tokens/TokensPage.tsx'
import { NotFoundPage } from './NotFoundPage.tsx'
import { RouteFailure } from './RouteFailure.tsx'
import { Shell } from './Shell.tsx'

/** Pages other than the first are loaded when somebody goes there. */
const pages: RouteObject[] = [
  { index: true, element: <TokensPage /> },
  page('new', async () => (await import('../new-token/NewTokenPage.tsx')).NewTokenPage),
  page('id/:key', async () => (await import('../token/TokenPage.tsx')).TokenPage),
  page('sessions', async () => (await import('../sessions/SessionsPage.tsx')).SessionsPage),
  page('history', async () => (await import('../history/HistoryPage.tsx')).HistoryPage),
  {
    path: 'admin',
    lazy: async () => ({ Component: (await import('../admin/AdminLayout.tsx')).AdminLayout }),
    errorElement: <RouteFailure />,
    children: [
      adminPage('', 'OverviewPage'),
      adminPage('users', 'UsersPage'),
      adminPage('users/:username', 'UserPage'),
      adminPage('users/:username/history', 'UserHistoryPage'),
      adminPage('users/:username/tokens/:key', 'UserTokenPage'),
      adminPage('tokens', 'FindTokensPage'),
      adminPage('service-tokens', 'ServiceTokensPage'),
      adminPage('administrators', 'AdministratorsPage'),
      adminPage('quotas', 'QuotasPage'),
      adminPage('audit', 'AuditPage'),
      adminPage('history', 'AllChangesPage'),
    ],
  },
  { path: '*', element: <NotFoundPage /> },
]

export const router = createBrowserRouter(
  [
    {
      path: '/',
      element: <Shell />,
      errorElement: <RouteFailure />,
      hydrateFallbackElement: <Loading what="Loading" />,
      // Below the frame, which stays when a page fails.
      children: [{ errorElement: <RouteFailure />, children: pages }],
    },
  ],
  { basename: '/auth/tokens' },
)

function page(path: string, load: () => Promise<ComponentType>): RouteObject {
  return { path, lazy: async () => ({ Component: await load() }) }
}

function adminPage(path: string, name: keyof typeof adminPages): RouteObject {
  return page(path, async () => (await import('../admin/pages.ts')).adminPages[name])
}
