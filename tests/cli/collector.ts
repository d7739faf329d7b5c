import { Writable } from 'node:stream'

export interface Collector extends Writable {
  readonly isTTY: boolean
  readonly columns: number
  /** All that was written. */
  text(): string
}

/** A stream that keeps what is written to it. */
export function collector(options: { isTTY?: boolean } = {}): Collector {
  let written = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += chunk
      done()
    },
  })
  return Object.assign(stream, { isTTY: options.isTTY ?? false, columns: 80, text: () => written })
}
