/** What `porthor/client` exports: a client of the REST API, for Node.js and for browsers. */
export { answer, answerWithHeaders, nextCursor } from './answer.ts'
export { ApiError, type Finding } from './api-error.ts'
export type { components, operations, paths } from './api-types.ts'
export { type ClientOptions, createClient, type PorthorClient } from './client.ts'
