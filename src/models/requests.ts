import { z } from 'zod'
import {
  groupField,
  noteField,
  posixIdField,
  scopesField,
  text,
  timeField,
  tokenNameField,
  usernameField,
} from './fields.ts'
import { TOKEN_TYPES } from './token-types.ts'

/** Body of `POST /users/{username}/tokens` (spec/tokens.md §6.6). Unknown fields are ignored. */
export const userTokenRequest = z
  .object({
    token_name: tokenNameField,
    scopes: scopesField.default([]),
    expires: timeField.nullable().default(null),
    note: noteField.nullish(),
  })
  .transform(({ token_name: tokenName, ...body }) => ({ tokenName, ...body }))
  .meta({ id: 'UserTokenRequest' })

export type UserTokenRequest = z.output<typeof userTokenRequest>

/** Body of `PATCH /users/{username}/tokens/{key}`: what is absent stays; `expires: null` means never. */
export const userTokenModifyRequest = z
  .object({
    token_name: tokenNameField.nullable().optional(),
    scopes: scopesField.nullable().optional(),
    expires: timeField.nullable().optional(),
    note: noteField.nullable().optional().meta({ description: 'A new note; null: none any more' }),
  })
  .transform(
    (body): TokenChanges => ({
      ...(body.token_name != null && { tokenName: body.token_name }),
      ...(body.scopes != null && { scopes: body.scopes }),
      ...(body.expires !== undefined && { expires: body.expires }),
      ...(body.note !== undefined && { note: body.note }),
    }),
  )
  .meta({ id: 'UserTokenModifyRequest' })

/** What is to change of a token; an absent field stays as it is. `expires`: seconds since the epoch, null: never. */
export interface TokenChanges {
  tokenName?: string
  scopes?: readonly string[]
  expires?: number | null
  /** Null: none any more. */
  note?: string | null
}

const identityText = (description: string) =>
  text({ minimum: 1, maximum: 1024, description }).nullable().default(null)

/** Body of `POST /tokens`: a token that an administrator makes for anybody. */
export const adminTokenRequest = z
  .object({
    username: usernameField,
    token_type: z.enum(TOKEN_TYPES).refine((type) => type === 'user' || type === 'service', {
      error: 'Only user and service tokens can be made here',
      params: { type: 'value_error' },
      abort: true,
    }),
    token_name: tokenNameField.nullable().default(null),
    scopes: scopesField.default([]),
    expires: timeField.nullable().default(null),
    note: noteField.nullish(),
    name: identityText('Full name'),
    email: identityText('E-mail address'),
    uid: posixIdField.nullable().default(null),
    gid: posixIdField.nullable().default(null),
    groups: z.array(groupField).max(10_000).nullable().default(null),
  })
  .superRefine((body, context) => {
    const wantsName = body.token_type === 'user'
    if (wantsName === (body.token_name !== null)) return
    context.addIssue({
      code: 'custom',
      path: ['token_name'],
      message: wantsName ? 'A user token must have a name' : 'A service token must not have a name',
      params: { type: 'value_error' },
    })
  })
  .transform(({ token_type, token_name, ...body }) => ({
    ...body,
    tokenType: token_type === 'service' ? ('service' as const) : ('user' as const),
    tokenName: token_name,
  }))
  .meta({ id: 'AdminTokenRequest' })

export type AdminTokenRequest = z.output<typeof adminTokenRequest>
