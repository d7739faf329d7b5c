/** Reads the document of quota overrides, and hears of each change to it, from before the reading on. */
export interface QuotaOverridesReader {
  /** The document as it is stored; null: there is none. */
  read(): Promise<string | null>
  close(): Promise<void>
}

/** Told of what happens on a reader. */
export interface QuotaOverridesListener {
  changed(): void
  /** Nothing more will be heard on this reader; it is of no use any more. Told once, and not where it was closed. */
  lost(): void
}

/**
 * The one document of quota overrides (spec/quotas.md §3), as text. Two implementations, beside those for token data:
 * Redis, and a table of the database.
 */
export interface QuotaOverridesStore {
  openReader(listener: QuotaOverridesListener): Promise<QuotaOverridesReader>
  /** @returns What was stored before; null: nothing. */
  replace(document: string): Promise<string | null>
  /** @returns What was stored; null: nothing. */
  delete(): Promise<string | null>
  /**
   * Replaces the document if it is still exactly `before`; null: nothing is, or is to be, stored.
   *
   * @returns False: it is another one.
   */
  exchange(before: string | null, after: string | null): Promise<boolean>
  close(): Promise<void>
}
