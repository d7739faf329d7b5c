import { Suspense } from 'react'
import { Outlet, ScrollRestoration, useNavigation } from 'react-router'
import { Loading } from '../components/Loading.tsx'
import { TokenDialogs } from '../token/TokenDialogs.tsx'
import { Header } from './Header.tsx'
import { SessionGate } from './SessionGate.tsx'
import classes from './Shell.module.css'

/** The frame of every page. */
export function Shell() {
  const { state } = useNavigation()
  return (
    <SessionGate>
      <TokenDialogs>
        <a className={classes.skip} href="#main">
          Skip to the contents
        </a>
        <Header />
        <main id="main" tabIndex={-1} className={classes.main} aria-busy={state === 'loading'}>
          <Suspense fallback={<Loading what="Loading" />}>
            <Outlet />
          </Suspense>
        </main>
      </TokenDialogs>
      <ScrollRestoration />
    </SessionGate>
  )
}
