import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Stops a process, and waits until it has stopped: the signal only asks for that, and threads that run meanwhile go on
 * answering until the one that takes it has its turn. Linux only.
 */
export async function pauseProcess(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP')
  while (!(await hasStopped(pid))) await sleep(1)
}

/** Whether all its threads have. */
async function hasStopped(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`)
  const states = await Promise.all(threads.map((thread) => stateOf(`/proc/${pid}/task/${thread}/stat`)))
  return states.every((state) => state === 'T')
}

/** The letter behind the name of the program, which may hold anything (proc(5)). */
async function stateOf(path: string): Promise<string | undefined> {
  // Of a thread that has just ended there is nothing to wait for.
  const text = await readFile(path, 'utf8').catch(() => ') T')
  return text.slice(text.lastIndexOf(')') + 2)[0]
}
