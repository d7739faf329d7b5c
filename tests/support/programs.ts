import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pypiPrograms } from '../../scripts/test-programs.mjs'

/**
 * The whole path of the first of these programs that is there; undefined if none is. What scripts/test-setup.mjs has
 * installed from PyPI comes before what is on the path: its version is known.
 */
export function findProgram(...names: string[]): string | undefined {
  return names.flatMap(placesOf).find(isExecutable)
}

/** True, or why tests that run a program are left out. */
export function programAvailable(name: string): true | string {
  return findProgram(name) ? true : `${name} is not on the path; \`npm run test:setup\` may install it`
}

function placesOf(name: string): string[] {
  const installed = pypiPrograms.filter(({ program }) => program === name)
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return [
    ...installed.map(({ folder, path }) => join(folder, path)),
    ...folders.map((folder) => join(folder, name)),
  ]
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
