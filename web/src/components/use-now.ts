import { useSyncExternalStore } from 'react'
import { currentSeconds } from '../clock.ts'

const EVERY_MILLISECONDS = 15_000

const listeners = new Set<() => void>()
let timer: number | undefined
let now = currentSeconds()

/** The time now, in whole seconds since the epoch; whoever uses it is shown anew as time goes by. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}

/** One timer for all. */
function subscribe(listener: () => void): () => void {
  // Since nobody asked it may have become much later, or the server's time known.
  if (listeners.size === 0) now = currentSeconds()
  listeners.add(listener)
  timer ??= window.setInterval(tick, EVERY_MILLISECONDS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    window.clearInterval(timer)
    timer = undefined
  }
}

function tick(): void {
  now = currentSeconds()
  for (const listener of listeners) listener()
}
