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
  const allowed = Math.max(1, Math.floor(plain.length / 4))
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

/** How many letters must be put in, left out or exchanged to make one text of the other (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_unused, index) => index)
  for (const [position, letter] of [...one].entries()) {
    const next = [position + 1]
    for (const [index, otherLetter] of [...other].entries()) {
      const exchanged = (row[index] ?? 0) + (letter === otherLetter ? 0 : 1)
      next.push(Math.min(exchanged, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
