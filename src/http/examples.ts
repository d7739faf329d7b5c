import { type TokenDetails, tokenDetailsToAnswer } from '../models/token-details.ts'
import { tokenInfoToAnswer } from '../models/token-info.ts'

/*
 * What the description of the API shows as examples: a token of alice's, and what was derived from it.
 */

const laptop: TokenDetails = {
  token: '62HmFHN2zLl1wf59EiDSiQ',
  username: 'alice',
  tokenType: 'user',
  tokenName: 'laptop',
  service: null,
  scopes: ['read:all', 'user:token'],
  created: 1_795_463_748,
  lastUsed: 1_795_463_809,
  expires: 1_924_992_000,
  parent: null,
  note: 'For the nightly run',
  live: true,
  children: 1,
  lastUsedAddress: '192.0.2.1',
}

const tap: TokenDetails = {
  ...laptop,
  token: 'JzuIbtFoe6mWEAJSze442A',
  tokenType: 'internal',
  tokenName: null,
  service: 'tap',
  scopes: ['read:all'],
  parent: laptop.token,
  note: null,
  children: 0,
}

export const exampleToken = tokenInfoToAnswer(laptop)
export const exampleDetails = tokenDetailsToAnswer(laptop)
/** Derived from the other one. */
export const exampleChild = tokenInfoToAnswer(tap)
export const exampleChildDetails = tokenDetailsToAnswer(tap)
