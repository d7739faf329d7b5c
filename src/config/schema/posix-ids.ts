import * as z from 'zod'
import { DEFAULT_POSIX_ID_RANGES, MAXIMUM_POSIX_ID } from '../../models/posix-ids.ts'
import { flag, number, option } from './option.ts'

const posixId = (fallback: number, description: string) =>
  option(number({ minimum: 1, maximum: MAXIMUM_POSIX_ID, integer: true }).prefault(fallback), {
    type: `number up to ${MAXIMUM_POSIX_ID}`,
    description,
  })

const { uid, 'bot-uid': botUid, gid } = DEFAULT_POSIX_ID_RANGES

export const posixIdsSection = z.strictObject({
  enabled: option(flag().prefault(false), {
    type: 'true or false',
    description: 'Whether UIDs and GIDs are assigned in the database.',
  }),
  firstUid: posixId(uid.first, 'The first UID of people.'),
  lastUid: posixId(uid.last, 'The last UID of people.'),
  firstBotUid: posixId(botUid.first, 'The first UID of bots.'),
  lastBotUid: posixId(botUid.last, 'The last UID of bots.'),
  firstGid: posixId(gid.first, 'The first GID of groups.'),
  lastGid: posixId(gid.last, 'The last GID of groups. The three ranges must lie apart.'),
})
