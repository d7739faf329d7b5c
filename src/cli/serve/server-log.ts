import { pino } from 'pino'
import type { Config } from '../../config/index.ts'
import type { Log } from '../../services/token-log.ts'
import { makeLog } from '../log.ts'
import type { Shell } from '../shell.ts'
import { isEmbeddedDefault } from '../with-porthor.ts'
import { LineBuffer, PIPE_BYTES, SHARED_PIPE_BYTES } from './line-buffer.ts'

export interface ServerLog {
  log: Log
  /** Writes what is still in memory. */
  flush(): void
}

/** The log of a server, on the output stream: lines for people at a terminal and on the embedded default, else JSON. */
export function openServerLog({ stdout }: Shell, config: Config): ServerLog {
  const level = config.logLevel
  if (stdout.isTTY === true) {
    return { log: makeLog({ form: 'text', level, destination: stdout }), flush() {} }
  }
  // Not the stream of the process, which blocks while a slow reader lets the pipe fill up.
  const maxWrite = config.workers > 1 ? SHARED_PIPE_BYTES : PIPE_BYTES
  const { destination, lines } = gatherLines({ fd: 1, maxWrite })
  destination.on('error', () => {})
  const form = isEmbeddedDefault(config) ? 'text' : 'json'
  return {
    log: makeLog({ form, level, destination: lines }),
    flush() {
      try {
        lines.flush()
        destination.flushSync()
      } catch {
        // Nobody reads it any more.
      }
    },
  }
}

/** Lines that are gathered, and written in the background; `maxWrite`: bytes at once. */
export function gatherLines(target: { fd?: number; dest?: string; maxWrite: number }) {
  const destination = pino.destination({ ...target, sync: false, contentMode: 'buffer' })
  // Its type knows of texts alone.
  const lines = new LineBuffer((some) => destination.write(some as unknown as string), target.maxWrite)
  return { destination, lines }
}
