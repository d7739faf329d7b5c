import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import { configurationReference } from './reference.ts'
import { optionFacts } from './schema/option.ts'
import { settingsSchema } from './schema/settings.ts'
import { sectionShape } from './schema/shape.ts'

function undescribed(shape: Readonly<Record<string, z.ZodType>>): string[] {
  return Object.entries(shape).flatMap(([key, schema]) => {
    const members = sectionShape(schema)
    const own = optionFacts.get(schema)?.description ? [] : [key]
    return [...own, ...(members && key !== 'notebook' ? undescribed(members) : [])]
  })
}

describe('the reference page', () => {
  it('is the one that the schema makes (node scripts/make-configuration-reference.ts)', async () => {
    const page = new URL('../../docs/configuration.md', import.meta.url)
    expect(await readFile(page, 'utf8')).toBe(configurationReference())
  })

  it('leaves no setting without a description', () => {
    expect(undescribed(settingsSchema.shape)).toEqual([])
  })

  it('has a row for every key of the file', () => {
    const page = configurationReference()
    for (const key of Object.keys(settingsSchema.shape)) expect(page).toContain(`\`${key}\``)
  })
})
