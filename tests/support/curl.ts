import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { programAvailable } from './programs.ts'

/** True, or why tests that run curl are left out. */
export function curlAvailable(): true | string {
  return programAvailable('curl')
}

/**
 * An environment in which curl ends with an error where the answer is one: 400 or above.
 *
 * @param folder - Gets the file that tells curl so.
 */
export async function strictCurl(folder: string): Promise<{ CURL_HOME: string }> {
  await writeFile(join(folder, '.curlrc'), 'fail-with-body\n')
  return { CURL_HOME: folder }
}
