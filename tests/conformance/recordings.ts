import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Recording, readRecording } from './recording.ts'

/** The folder of the recorded exchanges. */
export const dataFolder = fileURLToPath(new URL('./data/', import.meta.url))

/** The configuration file under which the recorded answers hold. */
export const recordedConfigPath = join(dataFolder, 'config.yaml')

/** The paths of all recorded files, by name. */
export function recordedFiles(): string[] {
  return readdirSync(dataFolder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(dataFolder, name))
}

/** All recorded files, read, by name. */
export function readRecordings(): Recording[] {
  return recordedFiles().map(readRecording)
}
