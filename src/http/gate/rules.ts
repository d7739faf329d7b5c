import type { GateCredentialRules } from '../../models/gate-parameters.ts'

/** Where nothing can be read. */
export const DEFAULT_RULES: GateCredentialRules = { allowCookies: true, authType: 'bearer' }
