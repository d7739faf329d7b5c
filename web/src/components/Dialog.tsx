import { Modal, type ModalProps } from '@mantine/core'
import { useEffect, useRef } from 'react'

/** A dialog, open for as long as it is there. When it goes, the keyboard goes back to what had it before. */
export function Dialog(props: Omit<ModalProps, 'opened'>) {
  const opener = useRef(document.activeElement)
  useEffect(() => {
    const { current } = opener
    return () => {
      if (current instanceof HTMLElement && current.isConnected) current.focus()
    }
  }, [])
  return <Modal opened {...props} />
}
