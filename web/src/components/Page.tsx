import { Group, Title } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import classes from './Page.module.css'

interface PageProps {
  title: string
  /** Beside the title. */
  actions?: ReactNode
  children: ReactNode
}

let isFirst = true

/** One page: its title is the window's, and is where whoever comes to it by a link begins to read. */
export function Page({ title, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Porthor`
  }, [title])
  useEffect(() => {
    // The first page begins at its beginning, as any page does.
    if (!isFirst) heading.current?.focus({ preventScroll: true })
    isFirst = false
  }, [])
  return (
    <>
      <Group justify="space-between" mb="md" mih={36}>
        <Title order={1} size="h2" ref={heading} tabIndex={-1} className={classes.title ?? ''}>
          {title}
        </Title>
        {actions}
      </Group>
      {children}
    </>
  )
}
