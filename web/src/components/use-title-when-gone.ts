import { type RefObject, useLayoutEffect, useRef } from 'react'
import { focusTitle } from './focus-title.ts'

/**
 * For a button that may go with what it acts on, as a row that is deleted: if it has the keyboard then, the title of the page
 * gets it, for otherwise it would be lost.
 */
export function useTitleWhenGone(): RefObject<HTMLButtonElement | null> {
  const button = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => {
    const { current } = button
    return () => {
      if (current !== null && current === document.activeElement) focusTitle()
    }
  }, [])
  return button
}
