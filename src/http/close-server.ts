import type { Server } from 'node:http'

const CLOSE_MILLISECONDS = 10_000

/** Accepts nothing more, and waits for requests under way, up to 10 s. */
export async function closeServer(server: Server): Promise<void> {
  const late = setTimeout(() => server.closeAllConnections(), CLOSE_MILLISECONDS)
  await new Promise((closed) => server.close(closed))
  clearTimeout(late)
}
