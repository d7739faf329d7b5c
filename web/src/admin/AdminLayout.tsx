import { Alert } from '@mantine/core'
import { Suspense } from 'react'
import { Outlet } from 'react-router'
import { useSession } from '../api/session.ts'
import { NavigationLink } from '../app/NavigationLink.tsx'
import { Loading } from '../components/Loading.tsx'
import { Page } from '../components/Page.tsx'
import classes from './AdminLayout.module.css'

/** The frame of the pages for administrators. The API decides what they may do; others are told so at once. */
export function AdminLayout() {
  const session = useSession()
  if (!session.may_administer) {
    return (
      <Page title="Administration">
        <Alert color="orange" title="This is for administrators">
          Your session does not have the scope <code>admin:token</code>.
        </Alert>
      </Page>
    )
  }
  return (
    <>
      <nav aria-label="Administration" className={classes.navigation}>
        <NavigationLink to="/admin" end>
          Overview
        </NavigationLink>
        <NavigationLink to="/admin/users">Users</NavigationLink>
        <NavigationLink to="/admin/tokens">Find tokens</NavigationLink>
        <NavigationLink to="/admin/service-tokens">Service tokens</NavigationLink>
        <NavigationLink to="/admin/administrators">Administrators</NavigationLink>
        <NavigationLink to="/admin/quotas">Quotas</NavigationLink>
        <NavigationLink to="/admin/audit">Audit</NavigationLink>
        <NavigationLink to="/admin/history">All changes</NavigationLink>
      </nav>
      <Suspense fallback={<Loading what="Loading" />}>
        <Outlet />
      </Suspense>
    </>
  )
}
