/** So much the answer's own way may take: seconds. */
const TOLERATED = 5

/** By how much the server's clock is ahead of the browser's: seconds. */
let offset = 0

/** The time now by the server's clock, for its times are compared with it: whole seconds since the epoch. */
export function currentSeconds(): number {
  return browserSeconds() + offset
}

/** What the server's clock has just said: the browser's may be wrong by hours. @param seconds - Since the epoch. */
export function noteServerTime(seconds: number): void {
  const difference = seconds - browserSeconds()
  offset = Math.abs(difference) > TOLERATED ? difference : 0
}

function browserSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
