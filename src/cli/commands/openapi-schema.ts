import type { CliCommand } from '../cli-command.ts'
import type { Shell } from '../shell.ts'
import { writeResult } from '../write-result.ts'

const BACK_LINK = '[Back to the documentation](..)'

interface OpenapiFlags {
  addBackLink?: boolean
  output?: string
}

/** `openapi-schema`: what the server has at `/auth/openapi.json`. */
export function addOpenapiSchema(program: CliCommand, shell: Shell): void {
  program
    .command('openapi-schema')
    .description('Print the OpenAPI description of the REST API as JSON, in one line; needs no configuration')
    .option('--add-back-link', 'end its text in a link one page up, for pages that embed it')
    .option('--output <file>', 'write it to a file instead')
    .example('Into a file', 'porthor openapi-schema --output docs/openapi.json')
    .action(async ({ addBackLink, output }: OpenapiFlags) => {
      // Other commands do without the routes, which take their time to load.
      const { buildOpenApiDocument } = await import('../../http/openapi.ts')
      const document: Record<string, unknown> = buildOpenApiDocument()
      const info = document.info as { description: string }
      const description = addBackLink ? `${info.description}\n\n${BACK_LINK}` : info.description
      // Without a line end, as the reference has it.
      await writeResult(shell, JSON.stringify({ ...document, info: { ...info, description } }), output)
    })
}
