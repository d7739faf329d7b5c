import * as z from 'zod'
import { gateOptions } from './gate.ts'
import { firestoreSection, ldapSection } from './ldap.ts'
import { metricsSection, monitoringOptions, sentrySection } from './metrics.ts'
import { oidcServerSection } from './oidc-server.ts'
import { option } from './option.ts'
import { posixIdsSection } from './posix-ids.ts'
import { cilogonSection, githubSection, oidcSection } from './providers.ts'
import { quotaSection } from './quota.ts'
import { serverOptions } from './server.ts'
import { storeOptions } from './stores.ts'
import { tokenOptions } from './tokens.ts'

/**
 * Every setting, by its key in the file: form, unit, default and description side by side. Types, validation and the
 * reference page are made from it. What depends on several settings at once is in rules.ts.
 */
export const settingsSchema = z.strictObject({
  ...serverOptions,
  ...gateOptions,
  ...storeOptions,
  ...tokenOptions,
  ...monitoringOptions,
  github: option(githubSection.optional(), {
    type: 'section',
    marker: 'clientId',
    description: 'Login by GitHub.',
  }),
  oidc: option(oidcSection.optional(), {
    type: 'section',
    marker: 'clientId',
    description: 'Login by an OpenID Connect provider; needs `ldap`, unless its claims hold the groups.',
  }),
  cilogon: option(cilogonSection.optional(), {
    type: 'section',
    marker: 'clientId',
    description: 'Login by CILogon; needs `ldap`, unless its claims hold the groups.',
  }),
  ldap: option(ldapSection.optional(), {
    type: 'section',
    marker: 'url',
    description: 'Where names, numbers and groups of people are looked up. Not with `github`.',
  }),
  firestore: option(firestoreSection.optional(), {
    type: 'section',
    marker: 'project',
    description: 'Where UIDs and GIDs come from that were assigned before Porthor.',
  }),
  posixIds: option(posixIdsSection.optional(), {
    type: 'section',
    marker: 'enabled',
    description:
      'Numbers of people, bots and groups. With `firestore` in use as well, also without this section.',
  }),
  oidcServer: option(oidcServerSection.optional(), {
    type: 'section',
    marker: 'enabled',
    description: 'Gafaelfawr as an OpenID Connect server.',
    unused:
      'Porthor does not serve OpenID Connect yet. `/auth/openid/…` and `/.well-known/…` answer 404, and protected services cannot log people in by them',
  }),
  quota: option(quotaSection.optional(), {
    type: 'section',
    description: 'What people may use. Administrators can override it while Porthor runs.',
  }),
  metrics: option(metricsSection.optional(), {
    type: 'section',
    environmentMarker: 'enabled',
    description: 'Events that Gafaelfawr publishes to Kafka.',
    unused: 'Porthor publishes no events, and has `metricsListen` instead',
  }),
  sentry: option(sentrySection.optional(), {
    type: 'section',
    environmentMarker: 'dsn',
    description: 'Where Gafaelfawr reports errors.',
    unused: 'Porthor reports nothing to Sentry. It has `slackAlerts`, and its log',
  }),
})

export type Settings = z.output<typeof settingsSchema>
