/** Where a setting lies: keys of maps and indices of lists. */
export type Path = readonly (string | number)[]

/** Writes a path as people read it: `oidcServer.clients[0].id`, `groupMapping["exec:test"]`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    if (!/^\w+$/.test(step)) return `${text}[${JSON.stringify(step)}]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}

/** The key in camelCase, whichever way it is written. */
export function camelCase(key: string): string {
  return key.replace(/(?<=[A-Za-z0-9])_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase())
}

/** The known name nearest to one that is not known; null if none is near. */
export function nearest(name: string, known: readonly string[]): string | null {
  const plain = plainName(name)
  const allowed = Math.max(1, Math.floor(plain.length / 3))
  const [best] = known
    .map((candidate) => ({ candidate, distance: editDistance(plain, plainName(candidate)) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((one, other) => one.distance - other.distance)
  return best?.candidate ?? null
}

// A key of the file may be anything: beyond this it is near nothing, and the table below stays small.
const LONGEST_NAME = 64

function plainName(name: string): string {
  return name
    .slice(0, LONGEST_NAME)
    .replace(/[^A-Za-z0-9]/g, '')
    .toLowerCase()
}

/** How many letters must be put in, left out, exchanged, or swapped with the next to make one text of the other. */
function editDistance(one: string, other: string): number {
  let before: number[] = []
  let row = Array.from({ length: other.length + 1 }, (_unused, index) => index)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const exchanged = at(row, j - 1) + (one[i - 1] === other[j - 1] ? 0 : 1)
      const isSwapped = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      const swapped = i > 1 && j > 1 && isSwapped ? at(before, j - 2) + 1 : exchanged
      next.push(Math.min(exchanged, swapped, at(row, j) + 1, at(next, j - 1) + 1))
    }
    before = row
    row = next
  }
  return at(row, other.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0
}
