import { AssayError } from '../../errors.ts';
import { fromBase64, toBase64 } from './bytes.ts';

/** An inclusion proof with its checkpoint, for checking offline: https://c2sp.org/tlog-proof */
export interface TlogProof {
  readonly index: number;
  /** From the leaf's sibling up to the root's child. */
  readonly path: readonly Uint8Array[];
  /** The signed note, verbatim. */
  readonly checkpoint: string;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A path in a tree of 2^53 leaves has no more. */
const LONGEST_PATH = 53;

export function formatTlogProof({ index, path, checkpoint }: TlogProof): string {
  return [HEADER, `index ${index}`, ...path.map(toBase64), '', checkpoint].join('\n');
}

/** @throws AssayError `ASSAY_PROOF_MALFORMED` */
export function parseTlogProof(text: string): TlogProof {
  const malformed = (problem: string) => new AssayError('ASSAY_PROOF_MALFORMED', `the inclusion proof ${problem}`);
  const gap = text.indexOf('\n\n');
  if (gap < 0) throw malformed('has no blank line before its checkpoint');
  const [header, ...lines] = text.slice(0, gap).split('\n');
  if (header !== HEADER) throw malformed(`does not begin with ${HEADER}`);
  // Extra data is not authenticated, and nothing here reads it.
  if (lines[0]?.startsWith('extra ')) lines.shift();
  const [, digits] = /^index (0|[1-9][0-9]*)$/.exec(lines.shift() ?? '') ?? [];
  const index = Number(digits);
  if (digits === undefined || !Number.isSafeInteger(index)) throw malformed('has no plain decimal index');
  if (lines.length > LONGEST_PATH) throw malformed(`has more than ${LONGEST_PATH} hashes`);
  const path = lines.map((line) => {
    const hash = fromBase64(line);
    if (hash?.length !== 32) throw malformed('has a line that is not the canonical base64 of 32 bytes');
    return hash;
  });
  return { index, path, checkpoint: text.slice(gap + 2) };
}
