/** How much, and for how long, a connection may keep the server busy: against clients that send as slowly as they can. */
export const CONNECTION_LIMITS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  // See idle-connections.ts.
  keepAliveTimeout: 0,
}

/** So long a connection is kept on which nothing comes or goes. */
export const IDLE_MILLISECONDS = 75_000

/**
 * A request without a body ends at once, and is not read as a stream, which takes a part of the time that the gate needs in
 * all. Whoever waits for the end of such a request waits for ever.
 */
export const WITHOUT_EMPTY_STREAMS = { optimizeEmptyRequests: true }
