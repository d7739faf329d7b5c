import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { collector } from '../../tests/cli/collector.ts'
import { requireConfirmation } from './confirm.ts'
import { CommandError, EXIT } from './exit-codes.ts'
import type { Shell } from './shell.ts'

/** A person who types at a terminal, or nobody. */
function shellWith(typed: string | null) {
  const isTTY = typed !== null
  const stdin = Object.assign(new PassThrough(), { isTTY, setRawMode() {}, ref() {}, unref() {} })
  const stderr = collector({ isTTY })
  const stdout = collector()
  if (typed !== null) setTimeout(() => stdin.write(typed), 20)
  const shell: Shell = {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout,
    stderr,
    environment: {},
  }
  return { shell, stdout, stderr }
}

describe('a confirmation', () => {
  it('is asked for on the error stream, and given by y', async () => {
    const { shell, stdout, stderr } = shellWith('y')
    await requireConfirmation(shell, 'Delete it all?', {})
    expect(stderr.text()).toContain('Delete it all?')
    expect(stdout.text()).toBe('')
  })

  it.each([
    ['n', 'n'],
    ['Enter alone', '\r'],
    ['Ctrl-C', '\u0003'],
  ])('is refused by %s', async (_name, typed) => {
    const { shell } = shellWith(typed)
    await expect(requireConfirmation(shell, 'Delete it all?', {})).rejects.toThrow(
      new CommandError('Nothing was changed'),
    )
  })

  it('by --yes asks nobody', async () => {
    const { shell, stderr } = shellWith(null)
    await requireConfirmation(shell, 'Delete it all?', { yes: true })
    expect(stderr.text()).toBe('')
  })

  it('is refused where there is no terminal', async () => {
    const { shell } = shellWith(null)
    await expect(requireConfirmation(shell, 'Delete it all?', {})).rejects.toMatchObject({
      exitCode: EXIT.usage,
      message: expect.stringContaining('--yes'),
    })
  })
})
