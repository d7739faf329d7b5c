import { clearLine, cursorTo } from 'node:readline'
import type { Output } from './shell.ts'

/** How far long work has come, on one line that is written over; shown to people only. */
export interface Progress {
  /** @param total - Null: not known. */
  update(done: number, total: number | null): void
  /** Takes the line away, so that something else can be written. */
  clear(): void
}

const REDRAW_MILLISECONDS = 100
const BAR_WIDTH = 30

/** @param label - What is being done: "Comparing". Nothing is shown unless `output` is a terminal. */
export function startProgress(output: Output, label: string, now: () => number = Date.now): Progress {
  if (!output.isTTY) return { update() {}, clear() {} }
  let drawnAt = Number.NEGATIVE_INFINITY
  let isShown = false
  const clear = () => {
    if (!isShown) return
    cursorTo(output, 0)
    clearLine(output, 0)
    isShown = false
  }
  return {
    update(done, total) {
      if (now() - drawnAt < REDRAW_MILLISECONDS) return
      drawnAt = now()
      clear()
      output.write(`${label} ${progressText(done, total)}`)
      isShown = true
    },
    clear,
  }
}

function progressText(done: number, total: number | null): string {
  if (total === null) return String(done)
  const share = total === 0 ? 1 : Math.min(done / total, 1)
  const filled = Math.round(share * BAR_WIDTH)
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${done}/${total}`
}
