/** JSON in ASCII alone, for headers, and for bodies that are sent in the same packet as they. */
export function asciiJson(value: unknown): string {
  return escaped(JSON.stringify(value))
}

/** The same with a blank after each colon and comma, as the reference has it in headers. */
export function spacedAsciiJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedAsciiJson).join(', ')}]`
  if (typeof value !== 'object' || value === null) return asciiJson(value ?? null)
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined)
  return `{${entries.map(([name, entry]) => `${asciiJson(name)}: ${spacedAsciiJson(entry)}`).join(', ')}}`
}

function escaped(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
