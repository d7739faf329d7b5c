import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkoutFolder } from '../support/server-process.ts'

/** The ports of the examples, by what listens there. */
export const examplePorts = { proxy: 8000, porthor: 8080, porthorGrpc: 8081, service: 9000 } as const

export type Ports = Readonly<Record<keyof typeof examplePorts, number>>

/**
 * Copies examples/ into a folder, with other ports, for those of the examples may be taken. Nothing else differs.
 *
 * @param folder - Exists; gets a folder `examples`.
 */
export async function copyExamples(folder: string, ports: Ports): Promise<void> {
  const copy = join(folder, 'examples')
  await cp(join(checkoutFolder, 'examples'), copy, { recursive: true })
  const entries = await readdir(copy, { recursive: true, withFileTypes: true })
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name)
    await writeFile(path, withPorts(await readFile(path, 'utf8'), ports))
  }
}

function withPorts(text: string, ports: Ports): string {
  const replacements = new Map(
    Object.entries(examplePorts).map(([name, port]) => [String(port), String(ports[name as keyof Ports])]),
  )
  return text.replace(/\b\d{4}\b/g, (number) => replacements.get(number) ?? number)
}
