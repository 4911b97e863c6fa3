import { readFileSync } from 'node:fs';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import type { HighWaterMark } from './high-water.ts';
import { type Checkpoint, equalBytes, fromHex, type Verifier, verifyCheckpoint } from './proof/index.ts';

/** Something outside of the database that vouches for how far the ledger had come. */
export interface Witness {
  /** For messages: "the checkpoint file PATH". */
  readonly name: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * The `checkpoint` file beside a database; undefined when there is none, or one without bytes, which is what a power failure
 * can leave of a file that was being replaced.
 *
 * @throws AssayError `ASSAY_CHECKPOINT_FILE_INVALID`
 */
export function readCheckpointFile(path: string, verifiers: readonly Verifier[]): Checkpoint | undefined {
  let note: string;
  try {
    note = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    if (error instanceof TypeError) throw invalidFile(path, 'it is not UTF-8', error);
    throw error;
  }
  if (note === '') return undefined;
  try {
    return verifyCheckpoint(note, verifiers);
  } catch (error) {
    throw invalidFile(path, error instanceof Error ? error.message : String(error), error);
  }
}

export function checkpointWitness(path: string, { size, root }: Checkpoint): Witness {
  return { name: `the checkpoint file ${path}`, size, root };
}

export function highWaterWitness({ size, root }: HighWaterMark): Witness {
  return { name: 'the high-water mark of this home', size, root: fromHex(root) ?? new Uint8Array(0) };
}

/**
 * Compares a ledger with what is known of it elsewhere.
 * @param rootAt the ledger's root when it had this many records
 * @returns `ASSAY_LEDGER_BEHIND` when records are missing, `ASSAY_LEDGER_FORKED` when they are others, undefined when all fits
 */
export function standingAgainst(
  witness: Witness,
  size: number,
  rootAt: (size: number) => Uint8Array,
): AssayError | undefined {
  if (witness.size > size) {
    const missing = witness.size - size;
    const which = missing === 1 ? `record ${size} is missing` : `records ${size} to ${witness.size - 1} are missing`;
    return new AssayError(
      'ASSAY_LEDGER_BEHIND',
      `${witness.name} vouches for ${witness.size} records, the database holds ${size}: ${which}`,
      {
        hint: 'The database is an old copy or was damaged. Restore the newest backup of the whole folder; nothing can be added before.',
      },
    );
  }
  if (equalBytes(rootAt(witness.size), witness.root)) return undefined;
  return new AssayError(
    'ASSAY_LEDGER_FORKED',
    `${witness.name} vouches for other records than the first ${witness.size} of the database`,
    {
      hint: 'The ledger was rebuilt or edited. Restore the newest backup of the whole folder; nothing can be added before.',
    },
  );
}

function invalidFile(path: string, problem: string, cause: unknown): AssayError {
  return new AssayError('ASSAY_CHECKPOINT_FILE_INVALID', `${path} is not a checkpoint of this ledger: ${problem}`, {
    hint:
      cause instanceof AssayError && cause.code === 'ASSAY_NOTE_UNSIGNED'
        ? 'If the key was rotated elsewhere, run `assay ledger key rotate --finish`. Otherwise it was edited or damaged: see `assay verify`.'
        : 'It was edited or damaged. If `assay verify` finds nothing else, remove it; a new one is written from the database.',
    cause,
  });
}
