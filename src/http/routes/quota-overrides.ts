import { quotaOverridesAnswer, quotaOverridesRequest, quotaOverridesToAnswer } from '../../models/quota.ts'
import { ADMIN_TOKEN_SCOPE } from '../../models/scopes.ts'
import { endpoint } from '../endpoint.ts'

const path = '/auth/api/v1/quota-overrides'
const access = { scope: ADMIN_TOKEN_SCOPE, bootstrap: true }

/** Quotas that hold instead of those of the configuration (spec/rest-api.md §3.4). */
export const quotaOverridesEndpoints = [
  endpoint({
    method: 'GET',
    path,
    tag: 'admin',
    summary: 'See the quota overrides',
    access,
    answers: { 200: { description: 'The overrides', schema: quotaOverridesAnswer } },
    errors: { 404: ['not_found'] },
    async handle({ porthor, caller }) {
      return { body: quotaOverridesToAnswer(await porthor.quotas.getOverrides(caller)) }
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
    answers: { 200: { description: 'The overrides as they were set', schema: quotaOverridesAnswer } },
    async handle({ porthor, caller, body }) {
      await porthor.quotas.setOverrides(caller, body)
      return { body: quotaOverridesToAnswer(body) }
    },
  }),
  endpoint({
    method: 'DELETE',
    path,
    tag: 'admin',
    summary: 'Remove the quota overrides',
    access,
    answers: { 204: { description: 'There are none any more' } },
    errors: { 404: ['not_found'] },
    async handle({ porthor, caller }) {
      await porthor.quotas.deleteOverrides(caller)
      return { status: 204 }
    },
  }),
]
