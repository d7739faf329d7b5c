import type { IncomingHttpHeaders } from 'node:http'
import {
  type QuotaConfig,
  quotaOverridesAnswer,
  quotaOverridesRequest,
  quotaOverridesToAnswer,
} from '../../models/quota.ts'
import { ADMIN_TOKEN_SCOPE } from '../../models/scopes.ts'
import { type Answer, endpoint } from '../endpoint.ts'
import { ENTITY_TAG, IF_MATCH, IF_NONE_MATCH, isConditional, meets, quotaTag } from '../entity-tag.ts'

const path = '/auth/api/v1/quota-overrides'
const access = { scope: ADMIN_TOKEN_SCOPE, bootstrap: true }

const example = {
  default: { api: { portal: 600 }, tap: {} },
  groups: { students: { api: { portal: 60 }, tap: { qserv: { concurrent: 2 } } } },
  bypass: ['operators'],
}

/** Quotas that hold instead of those of the configuration (spec/rest-api.md §3.4). */
export const quotaOverridesEndpoints = [
  endpoint({
    method: 'GET',
    path,
    tag: 'admin',
    summary: 'See the quota overrides',
    access,
    answers: {
      200: { description: 'The overrides', schema: quotaOverridesAnswer, example, headers: ENTITY_TAG },
    },
    errors: { 404: ['not_found'] },
    async handle({ porthor, caller }) {
      return overridesAnswer(await porthor.quotas.getOverrides(caller))
    },
  }),
  endpoint({
    method: 'PUT',
    path,
    tag: 'admin',
    summary: 'Set the quota overrides',
    description:
      'As a whole: what was set before is gone. They hold at once, entry by entry instead of what the configuration says.',
    access,
    body: quotaOverridesRequest,
    bodyExample: example,
    headers: { ...IF_MATCH, ...IF_NONE_MATCH },
    answers: {
      200: {
        description: 'The overrides as they were set',
        schema: quotaOverridesAnswer,
        example,
        headers: ENTITY_TAG,
      },
    },
    errors: { 412: ['precondition_failed'] },
    async handle({ porthor, caller, body, headers }) {
      await porthor.quotas.setOverrides(caller, body, expectation(headers))
      return overridesAnswer(body)
    },
  }),
  endpoint({
    method: 'DELETE',
    path,
    tag: 'admin',
    summary: 'Remove the quota overrides',
    access,
    headers: IF_MATCH,
    answers: { 204: { description: 'There are none any more' } },
    errors: { 404: ['not_found'], 412: ['precondition_failed'] },
    async handle({ porthor, caller, headers }) {
      await porthor.quotas.deleteOverrides(caller, expectation(headers))
      return { status: 204 }
    },
  }),
]

function overridesAnswer(overrides: QuotaConfig): Answer {
  return { headers: { etag: quotaTag(overrides) }, body: quotaOverridesToAnswer(overrides) }
}

/** Undefined: whatever is there will do. */
function expectation(headers: IncomingHttpHeaders) {
  if (!isConditional(headers)) return undefined
  return (current: QuotaConfig | null) => meets(headers, current && quotaTag(current))
}
