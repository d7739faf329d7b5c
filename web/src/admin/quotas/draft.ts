import type { Quota, QuotaOverrides } from '../../api/types.ts'

/** A limit as somebody types it. */
export interface LimitDraft {
  /** Of the row, for as long as the form is there. */
  id: number
  service: string
  count: string
}

export interface NotebookDraft {
  cpu: string
  memory: string
  spawn: boolean
}

export interface QuotaDraft {
  api: LimitDraft[]
  /** Null: not limited. */
  notebook: NotebookDraft | null
  tap: LimitDraft[]
}

export interface GroupDraft {
  id: number
  name: string
  quota: QuotaDraft
}

/** Quota overrides as they are edited. */
export interface OverridesDraft {
  everybody: QuotaDraft
  groups: GroupDraft[]
  /** Names of groups between commas. */
  bypass: string
}

let lastId = 0

export function newLimit(service = '', count = ''): LimitDraft {
  return { id: ++lastId, service, count }
}

export function newGroup(name = '', quota: QuotaDraft = emptyQuota()): GroupDraft {
  return { id: ++lastId, name, quota }
}

function emptyQuota(): QuotaDraft {
  return { api: [], notebook: null, tap: [] }
}

/** Whether one of the names before it is the same: sent together, all but one of the limits would be lost. */
export function isRepeated(names: readonly string[], index: number): boolean {
  const trimmed = names.map((name) => name.trim())
  return trimmed[index] !== '' && trimmed.indexOf(trimmed[index] ?? '') < index
}

/** @param overrides - Null: there are none. */
export function toDraft(overrides: QuotaOverrides | null): OverridesDraft {
  if (!overrides) return { everybody: emptyQuota(), groups: [], bypass: '' }
  return {
    everybody: quotaToDraft(overrides.default),
    groups: Object.entries(overrides.groups).map(([name, quota]) => newGroup(name, quotaToDraft(quota))),
    bypass: overrides.bypass.join(', '),
  }
}

function quotaToDraft({ api, notebook, tap }: Quota): QuotaDraft {
  return {
    api: Object.entries(api).map(([service, count]) => newLimit(service, String(count))),
    notebook: notebook
      ? { cpu: String(notebook.cpu), memory: String(notebook.memory), spawn: notebook.spawn }
      : null,
    tap: Object.entries(tap).map(([service, { concurrent }]) => newLimit(service, String(concurrent))),
  }
}

export function fromDraft({ everybody, groups, bypass }: OverridesDraft): QuotaOverrides {
  return {
    default: quotaFromDraft(everybody),
    groups: Object.fromEntries(groups.map(({ name, quota }) => [name.trim(), quotaFromDraft(quota)])),
    bypass: bypass.split(/[\s,]+/).filter((name) => name !== ''),
  }
}

function quotaFromDraft({ api, notebook, tap }: QuotaDraft): Quota {
  return {
    api: Object.fromEntries(api.map(({ service, count }) => [service.trim(), Number(count)])),
    ...(notebook && {
      notebook: { cpu: Number(notebook.cpu), memory: Number(notebook.memory), spawn: notebook.spawn },
    }),
    tap: Object.fromEntries(tap.map(({ service, count }) => [service.trim(), { concurrent: Number(count) }])),
  }
}
