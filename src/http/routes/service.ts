import { z } from 'zod'
import { about } from '../about.ts'
import type { Endpoint } from '../endpoint.ts'

const indexAnswer = z
  .object({
    name: z.string(),
    version: z.string(),
    description: z.string(),
    repository_url: z.string(),
    documentation_url: z.string(),
  })
  .meta({ id: 'Index' })

const healthAnswer = z.object({ status: z.literal('healthy') }).meta({ id: 'Health' })

/** What the service says of itself (spec/rest-api.md §4). */
export const serviceEndpoints: Endpoint[] = [
  {
    method: 'GET',
    path: '/',
    tag: 'internal',
    summary: 'See which service this is',
    access: 'public',
    answers: { 200: { description: 'The service', schema: indexAnswer } },
    async handle({ porthor }) {
      const { name, version, description, repositoryUrl } = about()
      const documentation = new URL('/auth/docs', porthor.config.baseUrl)
      return {
        body: {
          name,
          version,
          description,
          repository_url: repositoryUrl,
          documentation_url: documentation.href,
        },
      }
    },
  },
  {
    method: 'GET',
    path: '/health',
    tag: 'internal',
    summary: 'See whether requests can be served',
    description: 'Asks the stores, and nothing else: ready to be sent requests, or not.',
    access: 'public',
    answers: {
      200: { description: 'The stores answer', schema: healthAnswer },
      503: { description: 'A store does not answer' },
    },
    async handle({ porthor }) {
      await porthor.health()
      return { body: { status: 'healthy' } }
    },
  },
  {
    method: 'GET',
    path: '/health/live',
    tag: 'internal',
    summary: 'See whether the process lives',
    description:
      'Asks nobody. Whatever restarts processes should ask this: a store that is away is no reason to.',
    access: 'public',
    answers: { 200: { description: 'The process lives', schema: healthAnswer } },
    async handle() {
      return { body: { status: 'healthy' } }
    },
  },
]
