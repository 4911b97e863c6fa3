import { existsSync, readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { closeDatabase, isDamage, openDatabase, pageDamage } from '../database/index.ts';
import { AssayError } from '../errors.ts';
import type { FileObjectStore } from '../objects/index.ts';
import { cosignedMark } from './cosigned-checkpoint.ts';
import type { HighWaterMarks } from './high-water.ts';
import { NeededObjects } from './needed-objects.ts';
import { parseVkey, type Verifier, verifyCosigned, type WitnessPolicy } from './proof/index.ts';
import { type EarlierKey, ledgerVerifiers } from './signer.ts';
import { sqliteRows } from './sqlite/rows.ts';
import { checkpointWitness, highWaterWitness, readCheckpointFile, standingAgainst, type Witness } from './standing.ts';
import { verifyObjects } from './verify-objects.ts';
import { verifyTables } from './verify-tables.ts';

type CheckName =
  | 'database'
  | 'index'
  | 'leaf-hash'
  | 'entry'
  | 'record-row'
  | 'revision'
  | 'parent'
  | 'link'
  | 'name'
  | 'tree-node'
  | 'checkpoint'
  | 'checkpoint-file'
  | 'cosigned-file'
  | 'high-water'
  | 'body'
  | 'body-orphan'
  | 'object'
  | 'artifact'
  | 'keys';

export interface Failure {
  readonly check: CheckName;
  /** `kind/id@M:m:p`, or the hash when the entry cannot be read. */
  readonly record?: string;
  readonly index?: number;
  readonly message: string;
}

export interface Verification {
  readonly ok: boolean;
  readonly records: number;
  /** The newest checkpoint whose signature and root are right. */
  readonly checkpoint: { readonly origin: string; readonly size: number; readonly root: string } | undefined;
  readonly failures: readonly Failure[];
  /** Outputs that DVC keeps, and that are not in its cache: in git, or removed since. Their bytes were not looked at. */
  readonly unseen: number;
  /** What is to be known of a ledger that is whole: checkpoints on the word of a key that was revoked since. */
  readonly remarks: readonly string[];
}

export interface VerifyOptions {
  readonly databaseFile: string;
  readonly checkpointFile: string;
  readonly cosignedFile?: string;
  /** Whose cosignatures the cosigned checkpoint must have. */
  readonly policy?: WitnessPolicy | undefined;
  /** The ledger's own verifier key; its name is the origin. */
  readonly vkey: string;
  readonly trusted?: readonly string[];
  readonly earlier?: readonly EarlierKey[];
  readonly objects: FileObjectStore;
  /** Whether bodies, notes and artifacts are looked at too; yes unless told otherwise. */
  readonly bodies?: boolean;
  readonly highWater: HighWaterMarks;
  /**
   * Of an artifact that DVC keeps, by its MD5, the SHA-256 of what its cache has: of the file, or of the manifest of a folder.
   * Undefined when it is not, or not wholly, there.
   */
  readonly heldByDvc?: ((md5: string) => Promise<string | undefined>) | undefined;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** The tables without bytes of bodies. */
const LEDGER_ONLY = ['record', 'node', 'link', 'name', 'checkpoint'];

/**
 * Computes everything again from the stored bytes: entries, tree, checkpoints, revisions, parents, bodies, artifacts, and what
 * is known of the ledger elsewhere. Changes nothing, and goes on after a failure so as to name them all.
 */
export async function verifyLedger(options: VerifyOptions): Promise<Verification> {
  const failures: Failure[] = [];
  const verifiers = ledgerVerifiers(options.vkey, options.trusted, options.earlier);
  // Before the database, which another process may be adding to.
  const witnesses = readWitnesses(options, verifiers, failures);
  let records = 0;
  let unseen = 0;
  const remarks: string[] = [];
  let checkpoint: Verification['checkpoint'];
  let database: DatabaseSync | undefined;
  const objects = options.bodies === false ? undefined : new NeededObjects();
  try {
    if (existsSync(options.databaseFile)) {
      database = await openDatabase({ file: options.databaseFile, readOnly: true });
      database.exec('BEGIN');
      const tables = options.bodies === false ? LEDGER_ONLY : undefined;
      for (const message of pageDamage(database, undefined, tables)) failures.push({ check: 'database', message });
      const verdict = await verifyTables(sqliteRows(database), {
        verifiers,
        objects,
        sizes: new Set(witnesses.map(({ witness }) => witness.size)),
        fail: (failure) => failures.push(failure),
        ...(options.onProgress && { onProgress: options.onProgress }),
        ...(options.signal && { signal: options.signal }),
      });
      ({ records, checkpoint } = verdict);
      for (const { check, witness } of witnesses) {
        // A root that could not be computed was told as the missing record before it.
        const root = verdict.roots.get(witness.size);
        if (root === undefined && witness.size <= records) continue;
        const problem = standingAgainst(witness, records, () => root ?? witness.root);
        if (problem) failures.push({ check, message: problem.message });
      }
      if (
        verdict.checkpoints > 1 &&
        !witnesses.some(({ check }) => check === 'checkpoint-file') &&
        !existsSync(options.checkpointFile)
      ) {
        failures.push({ check: 'checkpoint-file', message: `${options.checkpointFile} is missing` });
      }
      if (verdict.keyRecords.length > 0 || (options.earlier ?? []).length > 0) {
        const { verifyKeys } = await import('./verify-keys.ts');
        const fail = (failure: Failure) => failures.push(failure);
        remarks.push(...(await verifyKeys(sqliteRows(database), verdict.keyRecords, options, fail)));
      }
      if (objects) unseen = await verifyObjects(options.objects, objects, (failure) => failures.push(failure), options);
    } else if (witnesses.length > 0) {
      failures.push({
        check: 'database',
        message: `${options.databaseFile} is missing, and ${witnesses[0]?.witness.name} vouches for it`,
      });
    }
  } catch (error) {
    if (!isDamage(error) && !(error instanceof AssayError && error.code === 'ASSAY_DATABASE_DAMAGED')) throw error;
    failures.push({
      check: 'database',
      message: `a page of the database is damaged: ${error instanceof Error ? error.message : String(error)}`,
    });
  } finally {
    objects?.close();
    if (database) await closeDatabase(database);
  }
  return { ok: failures.length === 0, records, checkpoint, failures, unseen, remarks };
}

interface NamedWitness {
  readonly check: 'checkpoint-file' | 'cosigned-file' | 'high-water';
  readonly witness: Witness;
}

function readWitnesses(options: VerifyOptions, verifiers: readonly Verifier[], failures: Failure[]): NamedWitness[] {
  const found: NamedWitness[] = [];
  const attempt = (check: NamedWitness['check'], read: () => Witness | undefined) => {
    try {
      const witness = read();
      if (witness) found.push({ check, witness });
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      failures.push({ check, message: error.message });
    }
  };
  attempt('checkpoint-file', () => {
    const checkpoint = readCheckpointFile(options.checkpointFile, verifiers);
    return checkpoint && checkpointWitness(options.checkpointFile, checkpoint);
  });
  attempt('cosigned-file', () => {
    const { cosignedFile, policy } = options;
    const checkpoint = cosignedFile === undefined ? undefined : readCheckpointFile(cosignedFile, verifiers);
    const mark =
      cosignedFile === undefined ? undefined : options.highWater.read(cosignedMark(parseVkey(options.vkey).name));
    if (mark && (checkpoint?.size ?? 0) < mark.size) {
      const what = checkpoint ? `is of ${checkpoint.size} records` : 'is missing';
      const message = `${cosignedFile} ${what}, and this home kept one of ${mark.size} that witnesses had cosigned: see \`assay ledger cosign\``;
      failures.push({ check: 'cosigned-file', message });
      return highWaterWitness(mark);
    }
    if (!checkpoint || cosignedFile === undefined) return undefined;
    if (policy) verifyCosigned(readFileSync(cosignedFile, 'utf8'), verifiers, policy);
    return checkpointWitness(cosignedFile, checkpoint);
  });
  attempt('high-water', () => {
    const mark = options.highWater.read(parseVkey(options.vkey).name);
    return mark && highWaterWitness(mark);
  });
  return found;
}
