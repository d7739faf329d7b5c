/** One numbered step of the schema; never edited once released. */
export interface Migration {
  /** Sorts after all earlier ones. */
  name: string
  /** Run in one transaction, in this order. */
  statements: readonly string[]
  /** Made after the transaction, on PostgreSQL without blocking those who write. */
  indexes: readonly { name: string; on: string }[]
}
