import type { Hashes } from '../objects/index.ts';
import type { SealedRecord } from '../records/index.ts';
import type { Change } from './difference.ts';
import type { Document } from './documents/index.ts';
import type { FileChange, ProposedVersion } from './versions.ts';

/** A file as it is given: its name in the record, and where its bytes lie, on a disk or in the store already. */
export type GivenFile = { readonly name: string } & ({ readonly path: string } | { readonly stored: Hashes });

export interface Submission {
  readonly kind: string;
  readonly id: string;
  readonly metadata?: Document;
  readonly data?: Document;
  readonly files?: readonly GivenFile[];
  readonly note?: string | undefined;
  readonly version?: string | undefined;
}

export interface Update extends Submission {
  /** The revision that the change builds on: its number, or its hash or the beginning of it. */
  readonly base?: string | undefined;
  readonly removeFiles?: readonly string[] | undefined;
  /** Take a retired record into use again. */
  readonly revive?: boolean | undefined;
}

/** What sealing would say, or said. */
export interface Planned extends ProposedVersion {
  readonly changes: readonly Change[];
  readonly files: readonly FileChange[];
}

export interface Tracked extends Planned {
  readonly sealed: SealedRecord;
}
