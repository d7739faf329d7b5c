import { Ajv } from 'ajv'
import { z } from 'zod'

/**
 * Compiles a schema to a function that says whether a JSON value fits: for values that are checked so often that zod, which
 * makes a copy of each, takes too long.
 *
 * @param schema - One that changes nothing. A `bigint` in it is no JSON value, and fits nothing.
 */
export function compiledCheck<T extends z.ZodType>(schema: T): (value: unknown) => value is z.infer<T> {
  const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema, {
    ...{ io: 'input', unrepresentable: 'any' },
    override({ zodSchema, jsonSchema }) {
      if (zodSchema._zod.def.type === 'bigint') jsonSchema.not = {}
    },
  })
  // The schema comes from zod: to check it in turn takes most of the time.
  return new Ajv({ meta: false, validateSchema: false, strict: false }).compile<z.infer<T>>(jsonSchema)
}
