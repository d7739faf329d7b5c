/** What programs for tables take for the beginning of a formula, in either width. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/

/**
 * A line of CSV (RFC 4180). What such a program would take for a formula gets an apostrophe in front: names are anybody's
 * words.
 *
 * @param fields - Null: an empty field.
 */
export function csvLine(fields: readonly (string | null)[]): string {
  return `${fields.map((field) => csvField(field ?? '')).join(',')}\r\n`
}

function csvField(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text
  // Some programs take semicolons and tabs for the end of a field, and what comes next for a formula.
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
