import type { Config } from './config.ts'
import type { ConfigProblem } from './errors.ts'
import { optionFacts } from './schema/option.ts'
import { settingsSchema } from './schema/settings.ts'

/**
 * Sections that are switched on, for Gafaelfawr, and that Porthor reads without using them: nothing to refuse a start for, but for
 * somebody to know.
 */
export function unusedSections({ oidcServer, metrics, sentry }: Config): ConfigProblem[] {
  const sections = [
    ['oidcServer', oidcServer !== null],
    ['metrics', metrics.kind === 'kafka'],
    ['sentry', sentry !== null],
  ] as const
  return sections.filter(([, isOn]) => isOn).map(([path]) => ({ path, message: unusedText(path) }))
}

function unusedText(section: keyof typeof settingsSchema.shape): string {
  const { unused } = optionFacts.get(settingsSchema.shape[section]) ?? {}
  if (unused === undefined) throw new Error(`The schema does not say that ${section} is not used`)
  return `is not used: ${unused}`
}
