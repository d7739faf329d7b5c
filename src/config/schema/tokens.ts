import * as z from 'zod'
import {
  ADMIN_TOKEN_SCOPE,
  ADMIN_USERINFO_SCOPE,
  SCOPE_PATTERN,
  USER_TOKEN_SCOPE,
} from '../../models/scopes.ts'
import { group } from './groups.ts'
import { duration, number, option } from './option.ts'

/** The shortest life that can be asked for, in seconds; not configurable. */
export const MINIMUM_LIFETIME_SECONDS = 300

const DAY_SECONDS = 86_400
const MINIMUM_TOKEN_LIFETIME_SECONDS = 600

/** Scopes that mean something to Porthor itself. */
export const BUILT_IN_SCOPES = [ADMIN_TOKEN_SCOPE, ADMIN_USERINFO_SCOPE, USER_TOKEN_SCOPE]

const scopeName = () => z.string().regex(SCOPE_PATTERN, 'may only have letters, digits and : . _ -')

/** What tokens may be and how long things last. */
export const tokenOptions = {
  knownScopes: option(z.record(scopeName(), z.string()).optional(), {
    type: 'map: scope → description',
    defaultText: `${BUILT_IN_SCOPES.map((scope) => `\`${scope}\``).join(', ')}; without a configuration file \`read:all\` and \`write:all\` besides`,
    description: `All scopes that a token may have. Where it is given, it must hold the three built-in ones.`,
  }),
  groupMapping: option(z.record(scopeName(), z.array(group())).prefault({}), {
    type: 'map: scope → list of groups',
    description:
      'Whose members get which scope at login. A group is a name or `{github: {organization, team}}`; each scope must be a known one.',
  }),
  tokenLifetime: option(duration({ minimumSeconds: MINIMUM_TOKEN_LIFETIME_SECONDS }).prefault('30d'), {
    type: 'duration, at least 600 s',
    description: 'Life of a session, and the longest of tokens derived from others.',
  }),
  maximumTokenLifetime: option(duration({ minimumSeconds: MINIMUM_LIFETIME_SECONDS }).optional(), {
    type: 'duration, at least 300 s',
    defaultText: 'no limit',
    description:
      'The longest life that may be asked for a token; with it, tokens without an end are refused.',
  }),
  maxTokensPerUser: option(number({ minimum: 1, integer: true }).optional(), {
    type: 'tokens',
    defaultText: 'no limit',
    description: 'The most tokens of type `user` that one person may have.',
  }),
  historyRetention: option(duration({ minimumSeconds: DAY_SECONDS }).prefault('365d'), {
    type: 'duration, at least a day',
    description: 'How long the histories are kept.',
  }),
  auditInterval: option(duration().prefault('24h'), {
    type: 'duration; 0: never',
    description: 'How often `serve` compares the two stores and repairs what differs.',
  }),
  auditAlarmShare: option(number({ minimum: 0, maximum: 1 }).prefault(0.1), {
    type: 'number from 0 to 1',
    description:
      'A repair that would touch more than this share of all tokens stops with an alarm instead; ten may be repaired at any time.',
  }),
  maintenanceInterval: option(duration().prefault('1h'), {
    type: 'duration; 0: never',
    description: 'How often `serve` removes expired tokens and old history.',
  }),
}
