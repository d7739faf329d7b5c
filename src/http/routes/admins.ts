import { z } from 'zod'
import { NotFoundError } from '../../models/errors.ts'
import { adminNameField } from '../../models/fields.ts'
import { ADMIN_TOKEN_SCOPE } from '../../models/scopes.ts'
import { endpoint } from '../endpoint.ts'
import { namePage, namePageQuery } from '../name-pages.ts'
import { DEFAULT_PAGE_SIZE, pageLinks } from '../paging.ts'
import { adminAnswer, newAdminRequest, userPath } from '../schemas.ts'
import { validate } from '../validation.ts'

const access = { scope: ADMIN_TOKEN_SCOPE, bootstrap: true }

/** The table of administrators (spec/rest-api.md §3.1). */
export const adminEndpoints = [
  endpoint({
    method: 'GET',
    path: '/auth/api/v1/admins',
    tag: 'admin',
    summary: 'List the administrators',
    description: 'All of them, unless `limit` or `cursor` asks for a page.',
    access,
    query: namePageQuery,
    answers: {
      200: {
        description: 'The administrators, by name',
        schema: z.array(adminAnswer),
        example: [{ username: 'admin' }],
        headers: { Link: 'The first and the next page, if a page was asked for' },
      },
    },
    async handle({ porthor, url, query: { cursor, limit } }) {
      const isPage = cursor !== undefined || limit !== undefined
      const { shown, next } = await namePage(
        (page) => porthor.admins.list(page),
        (username) => username,
        { after: cursor ?? null, limit: isPage ? (limit ?? DEFAULT_PAGE_SIZE) : null },
      )
      return {
        ...(isPage && { headers: { link: pageLinks(url, { next, prev: null }) } }),
        body: shown.map((username) => ({ username })),
      }
    },
  }),
  endpoint({
    method: 'POST',
    path: '/auth/api/v1/admins',
    tag: 'admin',
    summary: 'Make somebody an administrator',
    access,
    body: newAdminRequest,
    bodyExample: { username: 'alice' },
    answers: { 204: { description: 'They are one now' } },
    errors: { 409: ['duplicate_admin'] },
    async handle({ porthor, caller, body }) {
      await porthor.admins.add(caller, body.username)
      return { status: 204 }
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/auth/api/v1/admins/{username}',
    tag: 'admin',
    summary: 'Make somebody no administrator any more',
    access,
    params: z.object({ username: adminNameField }),
    answers: { 204: { description: 'They are none now' } },
    errors: { 404: ['not_found'] },
    async handle({ porthor, caller, params }) {
      try {
        await porthor.admins.remove(caller, params.username)
      } catch (error) {
        // What is nobody's name and in no table either is refused as it would be elsewhere.
        if (error instanceof NotFoundError) validate([{ location: 'path', schema: userPath, value: params }])
        throw error
      }
      return { status: 204 }
    },
  }),
]
