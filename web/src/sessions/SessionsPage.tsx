import { useQuery } from '@tanstack/react-query'
import { AboutYou } from '../about/AboutYou.tsx'
import { useSession } from '../api/session.ts'
import { sessionsQuery } from '../api/sessions.ts'
import { userInfoQuery } from '../api/user-info.ts'
import { Page } from '../components/Page.tsx'
import { SessionList } from './SessionList.tsx'
import classes from './SessionsPage.module.css'

export function SessionsPage() {
  const { username } = useSession()
  const { isPending } = useQuery(sessionsQuery(username))
  // On its way at once, too; below the sessions it is shown only when these stand where they stay.
  useQuery(userInfoQuery)
  return (
    <Page title="Your sessions">
      <div className={classes.columns}>
        <div>
          <SessionList username={username} />
        </div>
        {!isPending && <AboutYou />}
      </div>
    </Page>
  )
}
