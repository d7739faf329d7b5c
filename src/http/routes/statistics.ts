import { z } from 'zod'
import { tokenTypeField } from '../../models/fields.ts'
import { ADMIN_TOKEN_SCOPE } from '../../models/scopes.ts'
import type { StatisticsPoint, StatisticsSeries } from '../../services/statistics-service.ts'
import type { Holdings } from '../../storage/statistics-store.ts'
import { endpoint } from '../endpoint.ts'

const seconds = z.int().meta({ description: 'Seconds since the epoch' })

const tokenCounts = z.array(z.object({ token_type: tokenTypeField, count: z.int() }))

const point = z
  .object({
    time: seconds.meta({ description: 'When the step begins: seconds since the epoch' }),
    processes: z.int().meta({ description: 'How many processes have reported; 0: nothing is known' }),
    verifications: z.int().meta({ description: 'How many credentials the gate judged' }),
    memory_hits: z.int().meta({ description: 'For how many of them nothing had to be read' }),
    refusals: z
      .array(z.object({ reason: z.string(), count: z.int() }))
      .meta({ description: 'How many of them it refused, by the type of the error' }),
    stores: z
      .array(
        z.object({
          store: z.enum(['database', 'redis']),
          available: z.number().meta({ description: 'Which share of questions it answered: 0 to 1' }),
          latency: z.number().optional().meta({ description: 'How long that took on average, in seconds' }),
        }),
      )
      .meta({ description: 'How the stores answered' }),
    tokens: tokenCounts.optional().meta({
      description: 'Unexpired tokens; missing where they were not counted: every ten minutes they are',
    }),
  })
  .meta({ id: 'StatisticsPoint', description: 'What all processes together did in one step' })

const series = z
  .object({
    step: z.int().meta({ description: 'How long a step is, in seconds' }),
    points: z.array(point).meta({ description: 'Every step, from the earliest on' }),
  })
  .meta({ id: 'StatisticsSeries' })

const statisticsAnswer = z
  .object({
    now: seconds,
    tokens: tokenCounts.meta({ description: 'Unexpired tokens' }),
    users: z.int().meta({ description: 'How many users have one' }),
    frozen_users: z.int(),
    last_hour: series.meta({ description: 'By the minute' }),
    last_day: series.meta({ description: 'By ten minutes' }),
  })
  .meta({ id: 'Statistics' })

const examplePoint = {
  time: 1_795_463_700,
  processes: 2,
  verifications: 5_210,
  memory_hits: 5_190,
  refusals: [{ reason: 'insufficient_scope', count: 4 }],
  stores: [{ store: 'database', available: 1, latency: 0.0011 }],
}

const example = {
  now: 1_795_463_809,
  tokens: [{ token_type: 'user', count: 120 }],
  users: 40,
  frozen_users: 1,
  last_hour: { step: 60, points: [examplePoint] },
  last_day: { step: 600, points: [examplePoint] },
}

/** A picture of the system; the reference has none. */
export const statisticsEndpoints = [
  endpoint({
    method: 'GET',
    path: '/auth/api/v1/statistics',
    tag: 'admin',
    summary: 'See how the system does, and how it did in the last hour and day',
    access: { scope: ADMIN_TOKEN_SCOPE, bootstrap: true },
    answers: {
      200: { description: 'Numbers of all processes together', schema: statisticsAnswer, example },
    },
    async handle({ porthor, caller }) {
      const { now, tokens, users, frozenUsers, lastHour, lastDay } = await porthor.statistics.get(caller)
      return {
        body: {
          now,
          tokens: countsToAnswer(tokens),
          users,
          frozen_users: frozenUsers,
          last_hour: seriesToAnswer(lastHour),
          last_day: seriesToAnswer(lastDay),
        },
      }
    },
  }),
]

function countsToAnswer(tokens: Holdings['tokens']) {
  return tokens.map(({ tokenType, count }) => ({ token_type: tokenType, count }))
}

function seriesToAnswer({ step, points }: StatisticsSeries) {
  return { step, points: points.map(pointToAnswer) }
}

function pointToAnswer({ memoryHits, stores, tokens, ...point }: StatisticsPoint) {
  const { time, processes, verifications, refusals } = point
  return {
    ...{ time, processes, verifications, memory_hits: memoryHits, refusals },
    stores: stores.map(({ store, available, latencySeconds }) => ({
      store,
      available,
      ...(latencySeconds !== null && { latency: latencySeconds }),
    })),
    ...(tokens && { tokens: countsToAnswer(tokens) }),
  }
}
