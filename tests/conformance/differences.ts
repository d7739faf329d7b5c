import type { Alternative } from './recording.ts'

/** An exchange that Porthor answers otherwise than the reference on purpose, beyond what its `defect` accepts. */
export interface Departure {
  /** The file, without `.json`. */
  readonly file: string
  /** The exchange's name. */
  readonly exchange: string
  /** What is wrong with the recorded answer, and why Porthor's is right. */
  readonly reason: string
  /** What Porthor answers instead: only what is named here is compared. */
  readonly answer: Alternative
}

/** All of them. Each is checked: an exchange in this list that is answered as recorded fails the tests. */
export const departures: readonly Departure[] = [
  {
    file: 'history',
    exchange: 'own: network: an address alone as /32',
    reason:
      'The reference finds nothing; an address as a network of its own is to find its entries, as the recording itself accepts. ' +
      'What it accepts names only some members of these entries, and takes the nulls among the others, ' +
      'which every entry like them is recorded with, for members too many.',
    answer: {
      status: 200,
      body: [
        {
          token: '{{key.two}}',
          action: 'edit',
          ip_address: '192.0.2.10',
          expires: '{{now+4000}}',
          old_expires: null,
        },
        { token: '{{key.one}}', action: 'create', ip_address: '192.0.2.10', expires: null },
      ],
    },
  },
]
