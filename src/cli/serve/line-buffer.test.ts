import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { LineBuffer, SHARED_PIPE_BYTES } from './line-buffer.ts'

let written: string[]
let buffer: LineBuffer

beforeEach(() => {
  vi.useFakeTimers()
  written = []
  buffer = new LineBuffer((lines) => written.push(Buffer.from(lines).toString()), SHARED_PIPE_BYTES)
})
afterEach(() => vi.useRealTimers())

it('writes lines that come together in one piece, a moment later', () => {
  for (const line of ['one\n', 'two\n']) buffer.write(line)
  expect(written).toEqual([])
  vi.advanceTimersByTime(20)
  expect(written).toEqual(['one\ntwo\n'])
  vi.advanceTimersByTime(1_000)
  expect(written).toHaveLength(1)
})

it('writes no more in one piece than a pipe takes in one, and no part of a line', () => {
  const line = `${'ü'.repeat(500)}\n`
  for (let count = 0; count < 100; count++) buffer.write(line)
  buffer.flush()
  expect(written.join('')).toBe(line.repeat(100))
  for (const piece of written) {
    expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(SHARED_PIPE_BYTES)
    expect(piece.endsWith('\n')).toBe(true)
  }
  expect(written).toHaveLength(25)
})

it('writes a line that is longer by itself', () => {
  const long = `${'x'.repeat(SHARED_PIPE_BYTES)}\n`
  for (const line of ['before\n', long, 'after\n']) buffer.write(line)
  buffer.flush()
  expect(written).toEqual(['before\n', long, 'after\n'])
})

it('has nothing left after it was flushed', () => {
  buffer.write('line\n')
  buffer.flush()
  buffer.flush()
  vi.advanceTimersByTime(1_000)
  expect(written).toEqual(['line\n'])
})
