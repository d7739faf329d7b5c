import { readFileSync } from 'node:fs'
import { resourceUsage } from 'node:process'
import type { Config } from '../src/config/index.ts'
import { openBare } from './bare/subject.ts'
import { openPorthorSubject } from './porthor-subject.ts'

export interface BulkRequest {
  config: Config
  subject: 'bare' | 'porthor'
  work: 'audit' | 'expire'
}

export interface BulkResult {
  /** Tokens that were dealt with. */
  count: number
  seconds: number
  /** The highest that this process's memory has been; null: it was not alone in its process. */
  peakBytes: number | null
}

process.once('message', async (request: BulkRequest) => {
  const result = await run(request)
  process.send?.(result, undefined, undefined, () => process.disconnect?.())
})

async function run({ config, subject: name, work }: BulkRequest): Promise<BulkResult> {
  const subject = name === 'bare' ? await openBare(config) : await openPorthorSubject(config)
  await subject.stores.query('SELECT 1')
  const begun = performance.now()
  const count = await subject[work]()
  const seconds = (performance.now() - begun) / 1000
  await subject.close()
  return { count, seconds, peakBytes: peakBytes() }
}

/** On Linux from the kernel's own account, since what getrusage says may be the parent's. */
function peakBytes(): number {
  if (process.platform !== 'linux') return resourceUsage().maxRSS * 1024
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kilobytes) * 1024
}
