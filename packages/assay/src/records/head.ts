import { AssayError } from '../errors.ts';
import { nodeHasher } from './hashing.ts';
import {
  type Checkpoint,
  equalBytes,
  Frontier,
  type NoteSignature,
  parseCheckpoint,
  type Verifier,
  verifyCheckpoint,
} from './proof/index.ts';
import type { Snapshot } from './storage.ts';

export interface SignedCheckpoint extends Checkpoint {
  /** The signed note. */
  readonly note: string;
}

/**
 * The tree as stored, after it was found to have the root that was signed last. Reads O(log size) nodes.
 *
 * @throws AssayError `ASSAY_LEDGER_DAMAGED`
 */
export function readHead(snapshot: Pick<Snapshot, 'size' | 'checkpoint' | 'node'>): {
  frontier: Frontier;
  newest: SignedCheckpoint | undefined;
  /** Of the newest checkpoint. */
  signatures: readonly NoteSignature[];
} {
  const { size, checkpoint: stored } = snapshot;
  if (stored === undefined ? size !== 0 : stored.size !== size) {
    throw damagedLedger(`it holds ${size} records, and its newest checkpoint is of ${stored?.size ?? 0}`);
  }
  const frontier = Frontier.restore(size, (level, position) => snapshot.node(level, position), nodeHasher);
  if (stored === undefined) return { frontier, newest: undefined, signatures: [] };
  let signed: ReturnType<typeof parseCheckpoint>;
  try {
    signed = parseCheckpoint(stored.note);
  } catch (error) {
    throw damagedLedger(
      `its newest checkpoint cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (signed.size !== size || !equalBytes(signed.root, frontier.root())) {
    throw damagedLedger(`its tree of ${size} records has not the root that was signed`);
  }
  const { origin, root } = signed;
  return { frontier, newest: { origin, size, root, note: stored.note }, signatures: signed.note.signatures };
}

/** @throws AssayError `ASSAY_LEDGER_DAMAGED` when none of these keys signed the checkpoint. */
export function checkSignature({ note }: SignedCheckpoint, verifiers: readonly Verifier[]): void {
  try {
    verifyCheckpoint(note, verifiers);
  } catch (error) {
    throw damagedLedger(
      `its newest checkpoint does not verify: ${error instanceof Error ? error.message : String(error)}`,
      'If it was signed by another key, list that key under `trusted` in assay.yaml; otherwise run `assay verify`.',
    );
  }
}

export function damagedLedger(problem: string, hint?: string): AssayError {
  return new AssayError('ASSAY_LEDGER_DAMAGED', `the ledger is damaged: ${problem}`, {
    hint: hint ?? 'Run `assay verify` to see what is damaged, then restore from a backup. Nothing was added.',
  });
}
