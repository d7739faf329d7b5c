import { Modal, type ModalProps } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { focusTitle } from './focus-title.ts'

/** A dialog, open for as long as it is there. When it goes, the keyboard goes back to what had it before, if that is still there. */
export function Dialog(props: Omit<ModalProps, 'opened'>) {
  const opener = useRef(document.activeElement)
  useEffect(() => {
    const { current } = opener
    return () => {
      if (current instanceof HTMLElement && current.isConnected) current.focus()
      else focusTitle()
    }
  }, [])
  return <Modal opened {...props} />
}
