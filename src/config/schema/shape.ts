import * as z from 'zod'

/** What lies below optional, default and transformation. */
export function innermost(schema: z.core.$ZodType): z.core.$ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return innermost(schema.def.innerType)
  }
  return schema instanceof z.ZodPipe ? innermost(schema.def.in) : schema
}

/** The settings of a section by their keys; null if the schema is none. */
export function sectionShape(schema: z.core.$ZodType): Readonly<Record<string, z.ZodType>> | null {
  const inner = innermost(schema)
  return inner instanceof z.ZodObject ? (inner.shape as Record<string, z.ZodType>) : null
}

/** The value that a setting has when it is left out, as it would be written; undefined if there is none. */
export function defaultValue(schema: z.core.$ZodType): unknown {
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault) return schema.def.defaultValue
  return schema instanceof z.ZodOptional ? defaultValue(schema.def.innerType) : undefined
}
