import { AssayError } from '../../errors.ts';
import { fromBase64, toBase64 } from './bytes.ts';

/** What a log asks of a witness: https://c2sp.org/tlog-witness */
export interface AddCheckpoint {
  /** The size that the witness is thought to have seen last. */
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
  /** The signed note, verbatim. */
  readonly checkpoint: string;
}

const LONGEST_PROOF = 63;

export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  return [`old ${oldSize}`, ...proof.map(toBase64), '', checkpoint].join('\n');
}

/** @throws AssayError `ASSAY_WITNESS_REQUEST` */
export function parseAddCheckpoint(text: string): AddCheckpoint {
  const malformed = (problem: string) => new AssayError('ASSAY_WITNESS_REQUEST', `the request ${problem}`);
  const gap = text.indexOf('\n\n');
  if (gap < 0) throw malformed('has no blank line before its checkpoint');
  const [first = '', ...lines] = text.slice(0, gap).split('\n');
  const [, digits] = /^old (0|[1-9][0-9]*)$/.exec(first) ?? [];
  const oldSize = Number(digits);
  if (digits === undefined || !Number.isSafeInteger(oldSize)) throw malformed('does not begin with `old` and a size');
  if (lines.length > LONGEST_PROOF) throw malformed(`has more than ${LONGEST_PROOF} hashes`);
  const proof = lines.map((line) => {
    const hash = fromBase64(line);
    if (hash?.length !== 32) throw malformed('has a line that is not the canonical base64 of 32 bytes');
    return hash;
  });
  return { oldSize, proof, checkpoint: text.slice(gap + 2) };
}
