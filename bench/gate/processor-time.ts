import { readdir, readFile } from 'node:fs/promises'

/** Linux counts in hundredths of a second, whatever the machine. */
const MICROSECONDS_A_TICK = 10_000

/**
 * The processor time that a program and its children have used so far, all threads together: microseconds.
 *
 * @returns Null: this system does not say.
 */
export async function processorTime(pid: number): Promise<number | null> {
  const own = await ticksOf(pid)
  if (own === null) return null
  const children = await Promise.all((await childrenOf(pid)).map(processorTime))
  return children.reduce<number>((sum, child) => sum + (child ?? 0), own * MICROSECONDS_A_TICK)
}

async function ticksOf(pid: number): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null)
  if (stat === null) return null
  // The second field, the name, may hold blanks; the 14th and 15th are the time in the program and in the kernel.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => [])
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'latin1').catch(() => '')),
  )
  return lists.join(' ').split(' ').filter(Boolean).map(Number)
}
