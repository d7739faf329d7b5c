import { Button, Menu } from '@mantine/core'
import type { TokenInfo } from '../api/types.ts'
import { useTitleWhenGone } from '../components/use-title-when-gone.ts'
import { titleOf } from '../tokens/token-types.ts'
import classes from './TokenActions.module.css'
import { type TokenDeed, useTokenDialog } from './TokenDialogs.tsx'

interface TokenActionsProps {
  token: TokenInfo
}

/** What can be done with a token: each leads to a dialog. */
export function TokenActions({ token }: TokenActionsProps) {
  const openDialog = useTokenDialog()
  const button = useTitleWhenGone()
  const open = (action: TokenDeed['action']) => openDialog({ action, token, opener: button.current })
  const isUserToken = token.token_type === 'user'
  return (
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
        {isUserToken && <Menu.Item onClick={() => open('edit')}>Edit …</Menu.Item>}
        {canRotate(token) && <Menu.Item onClick={() => open('rotate')}>New secret …</Menu.Item>}
        <Menu.Item classNames={{ itemLabel: classes.danger ?? '' }} onClick={() => open('revoke')}>
          Revoke …
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** The others are in nobody's hands who could be given a new secret. */
function canRotate({ token_type: type }: TokenInfo): boolean {
  return type === 'user' || type === 'service'
}
