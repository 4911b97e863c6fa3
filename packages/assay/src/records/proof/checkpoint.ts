import { AssayError } from '../../errors.ts';
import { fromBase64, toBase64, toHex } from './bytes.ts';
import { parseNote, type SignedNote, type Verifier, verifyNote } from './note.ts';

/** What a log commits to (https://c2sp.org/tlog-checkpoint). */
export interface Checkpoint {
  /** The log's name. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** The text of a checkpoint, to be signed. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** @throws AssayError `ASSAY_NOTE_MALFORMED`, `ASSAY_CHECKPOINT_MALFORMED` */
export function parseCheckpoint(note: string): Checkpoint & { readonly note: SignedNote } {
  const signed = parseNote(note);
  const malformed = (problem: string) => new AssayError('ASSAY_CHECKPOINT_MALFORMED', `the checkpoint ${problem}`);
  const lines = signed.text.slice(0, -1).split('\n');
  const [origin, digits, encoded] = lines;
  if (!origin || !digits || !encoded) throw malformed('has not three lines');
  if (lines.includes('')) throw malformed('has an empty line');
  if (!/^(?:0|[1-9][0-9]*)$/.test(digits))
    throw malformed(`has the size ${JSON.stringify(digits)}, not a plain decimal`);
  const size = Number(digits);
  if (!Number.isSafeInteger(size)) throw malformed(`has a size over 2^53 (${digits})`);
  const root = fromBase64(encoded);
  if (root?.length !== 32) throw malformed('has a root that is not the canonical base64 of 32 bytes');
  return { origin, size, root, note: signed };
}

/**
 * Parses a checkpoint and verifies that one of these keys signed it under the log's own name.
 * @throws AssayError those of `parseCheckpoint` and `verifyNote`, `ASSAY_CHECKPOINT_ORIGIN` when it is of another log,
 * `ASSAY_KEY_HANDED_OVER` or `ASSAY_KEY_REVOKED` when it is larger than what the key that signed it counts for.
 */
export function verifyCheckpoint(note: string, verifiers: readonly Verifier[]): Checkpoint {
  const { note: signed, ...checkpoint } = parseCheckpoint(note);
  const signers = verifyNote(signed, verifiers);
  const own = signers.filter(({ name }) => name === checkpoint.origin);
  if (own.length === 0) {
    throw new AssayError(
      'ASSAY_CHECKPOINT_ORIGIN',
      `the checkpoint is of the log ${JSON.stringify(checkpoint.origin)}, but signed by ${signers.map((s) => s.name).join(', ')}`,
    );
  }
  const late = own.find(({ limit }) => limit !== undefined && checkpoint.size > limit.size);
  if (late?.limit && own.every(({ limit }) => limit !== undefined && checkpoint.size > limit.size)) {
    const { size, why } = late.limit;
    const code = why === 'revoked' ? 'ASSAY_KEY_REVOKED' : 'ASSAY_KEY_HANDED_OVER';
    throw new AssayError(
      code,
      `the checkpoint of ${checkpoint.size} records is signed by ${late.name}+${toHex(late.keyId)}, which counts only up to ${size} records: it was ${why}`,
      { hint: 'Get a checkpoint that the ledger’s present key has signed.' },
    );
  }
  return checkpoint;
}
