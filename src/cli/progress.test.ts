import { describe, expect, it } from 'vitest'
import { collector } from '../../tests/cli/collector.ts'
import { startProgress } from './progress.ts'

describe('progress', () => {
  it('is shown on one line of a terminal, and taken away', () => {
    const stream = collector({ isTTY: true })
    let now = 0
    const progress = startProgress(stream, 'Comparing', () => now)
    progress.update(1, 2)
    now += 1_000
    progress.update(2, 2)
    progress.clear()
    progress.clear()
    expect(stream.text()).toContain(`Comparing [${'#'.repeat(15)}${'.'.repeat(15)}] 1/2`)
    expect(stream.text()).toContain(`Comparing [${'#'.repeat(30)}] 2/2`)
    expect(stream.text()).not.toContain('\n')
    expect(stream.text().endsWith('\u001b[2K')).toBe(true)
  })

  it('is not drawn more often than anybody can read', () => {
    const stream = collector({ isTTY: true })
    const progress = startProgress(stream, 'Removing', () => 0)
    for (let done = 0; done < 1_000; done++) progress.update(done, null)
    expect(stream.text()).toBe('Removing 0')
  })

  it('is for people only', () => {
    const stream = collector({ isTTY: false })
    const progress = startProgress(stream, 'Comparing')
    progress.update(1, 2)
    progress.clear()
    expect(stream.text()).toBe('')
  })
})
