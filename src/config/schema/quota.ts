import * as z from 'zod'
import { groupName } from './groups.ts'
import { flag, number, option, text } from './option.ts'

/** What members of a group may use (spec/quotas.md §1). */
const quotaSchema = z.strictObject({
  api: option(z.record(text(), number({ minimum: 0, integer: true })).prefault({}), {
    type: 'map: service → requests a minute',
    description: 'Requests a minute to each service. A service left out is not limited; 0 bars it.',
  }),
  notebook: option(
    z
      .strictObject({
        cpu: number({ minimum: 0 }),
        memory: number({ minimum: 0 }),
        spawn: flag().prefault(true),
      })
      .nullable()
      .prefault(null),
    {
      type: '`{cpu, memory, spawn}`',
      description:
        'Limits of a notebook: CPUs, memory in GiB, and whether one may be started at all (`spawn`, true if left out).',
    },
  ),
  tap: option(
    z.record(text(), z.strictObject({ concurrent: number({ minimum: 0, integer: true }) })).prefault({}),
    {
      type: 'map: service → `{concurrent}`',
      description: 'Queries that may run at one time on each TAP service.',
    },
  ),
})

export const quotaSection = z.strictObject({
  default: option(quotaSchema.prefault({}), {
    type: 'quota: `api`, `notebook`, `tap`',
    defaultText: 'no limits',
    description:
      'For everybody. `api` maps a service to requests a minute (0 bars it), `notebook` is `{cpu, memory, spawn}` with the memory in GiB, `tap` maps a TAP service to `{concurrent}`, the queries at one time. What is left out is not limited.',
  }),
  groups: option(z.record(groupName(), quotaSchema).prefault({}), {
    type: 'map: group → quota',
    description: 'Added to the default for members of these groups.',
  }),
  bypass: option(z.array(groupName()).prefault([]), {
    type: 'list of groups',
    description: 'Their members have no limits.',
  }),
})
