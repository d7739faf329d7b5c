import type { Server } from 'node:http'

const CLOSE_MILLISECONDS = 10_000

/**
 * Accepts nothing more, and waits for requests under way, up to 10 s.
 *
 * @param close - Closes it, where that is more than closing the server itself.
 */
export async function closeServer(
  server: Server,
  close: () => Promise<unknown> = () => new Promise((closed) => server.close(closed)),
): Promise<void> {
  const late = setTimeout(() => server.closeAllConnections(), CLOSE_MILLISECONDS)
  await close()
  clearTimeout(late)
}
