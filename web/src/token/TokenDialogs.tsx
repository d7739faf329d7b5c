import {
  createContext,
  lazy,
  type PropsWithChildren,
  Suspense,
  useContext,
  useEffect,
  useRef,
  useState,
} from 'react'
import { useLocation } from 'react-router'
import type { TokenInfo } from '../api/types.ts'

const EditDialog = lazy(async () => ({ default: (await import('./EditDialog.tsx')).EditDialog }))
const RotateDialog = lazy(async () => ({ default: (await import('./RotateDialog.tsx')).RotateDialog }))
const RevokeDialog = lazy(async () => ({ default: (await import('./RevokeDialog.tsx')).RevokeDialog }))

export interface TokenDeed {
  action: 'edit' | 'rotate' | 'revoke'
  token: TokenInfo
  /** What has the keyboard again afterwards, if it is still there. */
  opener: HTMLElement | null
}

const OpenDialog = createContext<(deed: TokenDeed) => void>(() => {})

/** Opens the dialog of an action. It outlives the row that opens it: a new secret is seen once, and a list changes by itself. */
export const useTokenDialog = () => useContext(OpenDialog)

export function TokenDialogs({ children }: PropsWithChildren) {
  const [deed, setDeed] = useState<TokenDeed | null>(null)
  const close = () => setDeed(null)
  useFocusAfter(deed)
  useEndByLeaving(deed, close)
  return (
    <OpenDialog value={setDeed}>
      {children}
      <Suspense>
        {deed?.action === 'edit' && <EditDialog token={deed.token} onClose={close} />}
        {deed?.action === 'rotate' && <RotateDialog token={deed.token} onClose={close} />}
        {deed?.action === 'revoke' && <RevokeDialog tokens={[deed.token]} onClose={close} />}
      </Suspense>
    </OpenDialog>
  )
}

/** The item of the menu that opened the dialog is there no more. */
function useFocusAfter(deed: TokenDeed | null): void {
  const before = useRef(deed)
  useEffect(() => {
    const opener = before.current?.opener
    if (deed === null && opener?.isConnected) opener.focus()
    before.current = deed
  }, [deed])
}

/** On another page nobody thinks of the token any more; a secret stays until it was copied. */
function useEndByLeaving(deed: TokenDeed | null, close: () => void): void {
  const { pathname } = useLocation()
  const opened = useRef(pathname)
  useEffect(() => {
    if (opened.current !== pathname && deed !== null && deed.action !== 'rotate') close()
    opened.current = pathname
  })
}
