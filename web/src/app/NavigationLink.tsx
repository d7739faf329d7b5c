import { NavLink } from 'react-router'
import classes from './NavigationLink.module.css'

interface NavigationLinkProps {
  to: string
  /** Whether it is current on this very page only, and not on those below it. */
  end?: boolean
  children: string
}

export function NavigationLink({ to, end = false, children }: NavigationLinkProps) {
  return (
    <NavLink to={to} end={end} className={classes.link ?? ''} data-text={children}>
      {children}
    </NavLink>
  )
}
