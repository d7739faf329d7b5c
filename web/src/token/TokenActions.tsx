import { Button, Menu } from '@mantine/core'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import type { TokenInfo } from '../api/types.ts'
import { useTitleWhenGone } from '../components/use-title-when-gone.ts'
import { titleOf } from '../tokens/token-types.ts'
import classes from './TokenActions.module.css'

const EditDialog = lazy(async () => ({ default: (await import('./EditDialog.tsx')).EditDialog }))
const RotateDialog = lazy(async () => ({ default: (await import('./RotateDialog.tsx')).RotateDialog }))
const RevokeDialog = lazy(async () => ({ default: (await import('./RevokeDialog.tsx')).RevokeDialog }))

interface TokenActionsProps {
  token: TokenInfo
}

/** What can be done with a token: each leads to a dialog. */
export function TokenActions({ token }: TokenActionsProps) {
  const [action, setAction] = useState<'edit' | 'rotate' | 'revoke' | null>(null)
  const close = () => setAction(null)
  const button = useFocusAfter(action === null)
  const isUserToken = token.token_type === 'user'
  return (
    <>
      <Menu position="bottom-end" returnFocus>
        <Menu.Target>
          <Button
            ref={button}
            variant="default"
            size="compact-sm"
            flex="none"
            aria-label={`Actions for ${titleOf(token)}`}
          >
            Actions
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {isUserToken && <Menu.Item onClick={() => setAction('edit')}>Edit …</Menu.Item>}
          {canRotate(token) && <Menu.Item onClick={() => setAction('rotate')}>New secret …</Menu.Item>}
          <Menu.Item classNames={{ itemLabel: classes.danger ?? '' }} onClick={() => setAction('revoke')}>
            Revoke …
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Suspense>
        {action === 'edit' && <EditDialog token={token} onClose={close} />}
        {action === 'rotate' && <RotateDialog token={token} onClose={close} />}
        {action === 'revoke' && <RevokeDialog tokens={[token]} onClose={close} />}
      </Suspense>
    </>
  )
}

/** The others are in nobody's hands who could be given a new secret. */
function canRotate({ token_type: type }: TokenInfo): boolean {
  return type === 'user' || type === 'service'
}

/** Gives the keyboard to a button when a dialog is closed: the item of the menu that opened it is there no more. */
function useFocusAfter(isClosed: boolean) {
  const button = useTitleWhenGone()
  const wasOpen = useRef(false)
  useEffect(() => {
    if (isClosed && wasOpen.current) button.current?.focus()
    wasOpen.current = !isClosed
  }, [isClosed, button])
  return button
}
