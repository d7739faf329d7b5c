/** What Porthor offers to those who import it: the stores, the services, and what they speak of. */

export { startBackground } from './background.ts'
export { type OpenOptions, openPorthor, type Porthor } from './composition.ts'
export { type Config, ConfigError, loadConfig } from './config/index.ts'
export * from './models/change-history.ts'
export { type Clock, systemClock } from './models/clock.ts'
export * from './models/errors.ts'
export * from './models/gate-errors.ts'
export type { Delegation, GateParameters } from './models/gate-parameters.ts'
export type { NotebookQuota, Quota, QuotaConfig, TapQuota } from './models/quota.ts'
export type { AdminTokenRequest, TokenChanges, UserTokenRequest } from './models/requests.ts'
export { type Scopes, scopeSet } from './models/scopes.ts'
export { type RandomSource, Token } from './models/token.ts'
export {
  decodeTokenData,
  encodeTokenData,
  type Group,
  type TokenData,
  type TokenUserInfo,
} from './models/token-data.ts'
export type { TokenInfo } from './models/token-info.ts'
export { TOKEN_TYPES, type TokenType } from './models/token-types.ts'
export { type Caller, internalCaller } from './services/caller.ts'
export { DelegationService } from './services/delegation-service.ts'
export { Gate, type GateRequest, type Verdict } from './services/gate.ts'
export { QuotaService, type RateLimitStatus } from './services/quota-service.ts'
export { type Log, silentLog } from './services/token-log.ts'
export { TokenService } from './services/token-service.ts'
export { type Verification, Verifier } from './services/verifier.ts'
export { AdminStore } from './storage/admin-store.ts'
export { ChangeHistoryStore } from './storage/change-history-store.ts'
export { type DatabaseConnection, openEmbedded, openPostgres } from './storage/database.ts'
export { SchemaManager } from './storage/schema-manager.ts'
export { Fernet } from './storage/token-data/fernet.ts'
export { RedisTokenDataStore } from './storage/token-data/redis-token-data-store.ts'
export { SqlTokenDataStore } from './storage/token-data/sql-token-data-store.ts'
export { TokenDataCipher } from './storage/token-data/token-data-cipher.ts'
export type { TokenDataStore } from './storage/token-data/token-data-store.ts'
export { TokenDatabaseStore } from './storage/token-database-store.ts'
