import { makeLog } from '../../src/cli/log.ts'
import { PIPE_BYTES } from '../../src/cli/serve/line-buffer.ts'
import { gatherLines } from '../../src/cli/serve/server-log.ts'
import type { Log } from '../../src/services/token-log.ts'

/** As `serve` has it, written to nowhere. */
export function logToNowhere(level: 'WARNING' | 'INFO', form: 'json' | 'text'): Log {
  const { lines } = gatherLines({ dest: '/dev/null', maxWrite: PIPE_BYTES })
  return makeLog({ form, level, destination: lines })
}
