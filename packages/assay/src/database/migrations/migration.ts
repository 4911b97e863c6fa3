/** One step of a database's schema. Steps are numbered from 1 without gaps and never edited once released. */
export interface Migration {
  readonly version: number;
  /** What it adds, for error messages. */
  readonly name: string;
  /** Statements run in one transaction with the new version number. */
  readonly sql: string;
}
