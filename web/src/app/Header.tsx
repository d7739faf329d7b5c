import { Anchor, Button } from '@mantine/core'
import { Link } from 'react-router'
import { useSession } from '../api/session.ts'
import { ColorSchemeSwitch } from './ColorSchemeSwitch.tsx'
import classes from './Header.module.css'
import iconUrl from './icon.svg'
import { NavigationLink } from './NavigationLink.tsx'

export function Header() {
  const session = useSession()
  return (
    <header className={classes.header}>
      <div className={classes.top}>
        <Link to="/" className={classes.brand}>
          <img src={iconUrl} alt="" width={24} height={24} />
          Porthor
        </Link>
        <Anchor
          component={Link}
          to="/sessions"
          size="sm"
          c="inherit"
          underline="hover"
          className={classes.user ?? ''}
          title={session.username}
        >
          {session.username}
        </Anchor>
        <ColorSchemeSwitch />
        <Button component="a" href={session.logout_url} size="compact-sm" variant="default">
          Log out
        </Button>
      </div>
      <nav aria-label="Pages" className={classes.navigation}>
        <NavigationLink to="/" end>
          Tokens
        </NavigationLink>
        <NavigationLink to="/new">New token</NavigationLink>
        <NavigationLink to="/sessions">Sessions</NavigationLink>
        <NavigationLink to="/history">History</NavigationLink>
        {session.may_administer && <NavigationLink to="/admin">Administration</NavigationLink>}
      </nav>
    </header>
  )
}
