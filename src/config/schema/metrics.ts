import * as z from 'zod'
import { duration, flag, httpUrl, number, option, ownAddress, text } from './option.ts'

/** How operators see how Porthor fares. */
export const monitoringOptions = {
  metricsListen: option(ownAddress().optional(), {
    type: '`host:port` or `unix:/path`',
    environment: 'METRICS_LISTEN',
    own: true,
    defaultText: 'nowhere',
    description:
      'Where metrics are served for Prometheus, under `/metrics` and without a password: an address that only it reaches, or a Unix socket in a folder that only it may enter.',
  }),
}

const eventsSection = z.strictObject({
  topicPrefix: option(text().prefault('lsst.square.metrics.events'), {
    type: 'text',
    variable: 'METRICS_EVENTS_TOPIC_PREFIX',
    description: 'The topic is this, a dot, and the application.',
  }),
})

const kafkaSection = z.strictObject({
  bootstrapServers: option(text().optional(), {
    type: 'text',
    variable: 'KAFKA_BOOTSTRAP_SERVERS',
    defaultText: 'required with metrics',
    description: 'Servers, `host:port`, joined by commas.',
  }),
  securityProtocol: option(z.enum(['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL']).optional(), {
    type: '`PLAINTEXT`, `SSL`, `SASL_PLAINTEXT` or `SASL_SSL`',
    variable: 'KAFKA_SECURITY_PROTOCOL',
    defaultText: 'required with metrics',
    description: 'How to speak to them.',
  }),
  clusterCaPath: option(text().optional(), {
    type: 'path',
    variable: 'KAFKA_CLUSTER_CA_PATH',
    description: "Certificate of the cluster's authority.",
  }),
  clientCertPath: option(text().optional(), {
    type: 'path',
    variable: 'KAFKA_CLIENT_CERT_PATH',
    description: 'Client certificate; required with `SSL`.',
  }),
  clientKeyPath: option(text().optional(), {
    type: 'path',
    variable: 'KAFKA_CLIENT_KEY_PATH',
    description: 'Key of the client certificate; required with `SSL`.',
  }),
  saslMechanism: option(z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']).optional(), {
    type: '`PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`',
    variable: 'KAFKA_SASL_MECHANISM',
    description: 'Required with the `SASL_` protocols.',
  }),
  saslUsername: option(text().optional(), {
    type: 'text',
    variable: 'KAFKA_SASL_USERNAME',
    description: 'Required with the `SASL_` protocols.',
  }),
  saslPassword: option(text().optional(), {
    type: 'secret',
    variable: 'KAFKA_SASL_PASSWORD',
    description: 'Required with the `SASL_` protocols.',
  }),
})

const schemaManagerSection = z.strictObject({
  registryUrl: option(httpUrl().optional(), {
    type: 'http(s) URL',
    variable: 'SCHEMA_MANAGER_REGISTRY_URL',
    defaultText: 'required with metrics',
    description: 'The schema registry.',
  }),
  suffix: option(z.string().prefault(''), {
    type: 'text',
    variable: 'SCHEMA_MANAGER_SUFFIX',
    description: 'Appended to the names of subjects.',
  }),
})

export const metricsSection = z.strictObject({
  enabled: option(flag().prefault(true), {
    type: 'true or false',
    variable: 'METRICS_ENABLED',
    description: 'Whether events are published. If not, the rest of the section is left aside.',
  }),
  mock: option(flag().prefault(false), {
    type: 'true or false',
    variable: 'METRICS_MOCK',
    description: 'With `enabled: false`: events are recorded in memory, for tests.',
  }),
  application: option(text().optional(), {
    type: 'text',
    variable: 'METRICS_APPLICATION',
    defaultText: 'required with metrics',
    description: 'Name of the application in events. `appName` means the same.',
  }),
  appName: option(text().optional(), {
    type: 'text',
    variable: 'METRICS_APPLICATION',
    description: 'The same as `application`.',
  }),
  events: option(eventsSection.prefault({}), { type: 'section', description: 'The events.' }),
  raiseOnError: option(flag().prefault(false), {
    type: 'true or false',
    description: 'Whether a failure to publish fails what caused the event.',
  }),
  backoffInterval: option(duration().prefault('5m'), {
    type: 'duration',
    description: 'How long nothing is published after a failure.',
  }),
  kafka: option(kafkaSection.prefault({}), { type: 'section', description: 'Where events are published.' }),
  schemaManager: option(schemaManagerSection.prefault({}), {
    type: 'section',
    description: 'Where the schemas of events are registered.',
  }),
})

export const sentrySection = z.strictObject({
  enabled: option(flag().prefault(false), {
    type: 'true or false',
    description: 'Of no effect in Gafaelfawr either, where `SENTRY_DSN` is what switches Sentry on.',
  }),
  dsn: option(httpUrl().optional(), {
    type: 'secret, http(s) URL',
    variable: 'SENTRY_DSN',
    environmentOnly: true,
    description: 'Where errors are reported.',
  }),
  environment: option(text().optional(), {
    type: 'text',
    variable: 'SENTRY_ENVIRONMENT',
    environmentOnly: true,
    defaultText: 'required with `SENTRY_DSN`',
    description: 'Name of this installation at Sentry.',
  }),
  tracesSampleRate: option(number({ minimum: 0, maximum: 1 }).prefault(0), {
    type: 'number from 0 to 1',
    variable: 'SENTRY_TRACES_SAMPLE_RATE',
    description: 'Share of requests that are traced.',
  }),
})
