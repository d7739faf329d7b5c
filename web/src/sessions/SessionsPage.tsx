import { AboutYou } from '../about/AboutYou.tsx'
import { useSession } from '../api/session.ts'
import { Page } from '../components/Page.tsx'
import { SessionList } from './SessionList.tsx'
import classes from './SessionsPage.module.css'

export function SessionsPage() {
  const { username } = useSession()
  return (
    <Page title="Your sessions">
      <div className={classes.columns}>
        <div>
          <SessionList username={username} />
        </div>
        <AboutYou />
      </div>
    </Page>
  )
}
