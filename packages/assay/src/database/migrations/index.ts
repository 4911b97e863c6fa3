import { ledger } from './0001-ledger.ts';
import { runs } from './0002-runs.ts';
import type { Migration } from './migration.ts';

export type { Migration } from './migration.ts';

/** Every step of `assay.db`, in order. A new one is a file of its own, imported here by name. */
export const migrations: readonly Migration[] = [ledger, runs];
