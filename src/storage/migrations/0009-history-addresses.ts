import type { Migration } from './migration.ts'

/** For whoever asks what came from an address or a network: `<<=` is a range of this index. */
export const historyAddresses: Migration = {
  name: '0009-history-addresses',
  statements: [],
  indexes: [
    { name: 'porthor_change_history_by_address', on: 'token_change_history (ip_address, event_time, id)' },
  ],
}
