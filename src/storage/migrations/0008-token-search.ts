import type { Migration } from './migration.ts'

/** For administrators who look for tokens and users among millions. In the collation "C" a beginning is a range. */
export const tokenSearch: Migration = {
  name: '0008-token-search',
  statements: [],
  indexes: [
    { name: 'porthor_token_by_type_created', on: 'token (token_type, created DESC, token)' },
    {
      name: 'porthor_token_by_service_created',
      on: 'token (service, created DESC, token) WHERE service IS NOT NULL',
    },
    { name: 'porthor_token_by_name', on: 'token (token_name COLLATE "C") WHERE token_name IS NOT NULL' },
    { name: 'porthor_token_by_username', on: 'token (username COLLATE "C")' },
  ],
}
