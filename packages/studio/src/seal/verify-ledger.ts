import {
  Frontier,
  followKeys,
  fromBase64,
  isStatementEntry,
  parseVkey,
  portableHasher,
  toBase64,
  toHex,
  verifiersOf,
  verifyCheckpoint,
} from 'assay/proof';
import type { Mark } from './mark.ts';

/** What the server says its ledger is. */
export interface LedgerClaim {
  readonly origin: string;
  readonly vkey: string;
  readonly checkpoint: string | null;
  /** What the ledger sealed about its keys, in order; the salt is base64. */
  readonly keys?: readonly { readonly index: number; readonly salt: string; readonly note: string }[];
}

export interface SignedSize {
  readonly size: number;
  /** Base64. */
  readonly root: string;
  readonly keyId: string;
}

export interface Verification {
  readonly size: number;
  /** Hex. */
  readonly root: string;
  readonly keyId: string;
  readonly bytes: number;
  readonly seconds: number;
  /** The mark of an earlier visit, found again as the beginning of this ledger. */
  readonly contains: Mark | undefined;
  /** To be kept for the next visit. */
  readonly mark: Mark;
}

/** The ledger is not what its seal says, for the reason that the message gives. */
export class BrokenSeal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BrokenSeal';
  }
}

/**
 * Checks what can be checked without the entries: the checkpoint's signature, and that it is not behind what this browser
 * saw before. Undefined for an empty ledger without a checkpoint.
 * @throws BrokenSeal
 */
export function checkCheckpoint(claim: LedgerClaim, mark: Mark | undefined): SignedSize | undefined {
  if (mark && mark.vkey !== claim.vkey) checkHandOver(mark, claim);
  if (claim.checkpoint === null) {
    if (mark && mark.size > 0) throw new BrokenSeal(behind(0, mark));
    return undefined;
  }
  let signed: SignedSize;
  try {
    const verifier = parseVkey(claim.vkey);
    const { origin, size, root } = verifyCheckpoint(claim.checkpoint, [verifier]);
    if (origin !== claim.origin) throw new Error(`the checkpoint is of the log ${origin}, not ${claim.origin}`);
    signed = { size, root: toBase64(root), keyId: toHex(verifier.keyId) };
  } catch (error) {
    throw new BrokenSeal(`The checkpoint does not hold: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (mark && signed.size < mark.size) throw new BrokenSeal(behind(signed.size, mark));
  if (mark && signed.size === mark.size && signed.root !== mark.root) {
    throw new BrokenSeal(`It has the same size as on ${mark.at}, but another content.`);
  }
  return signed;
}

/** That the key which this browser saw leads to the present one, by what the ledger says of its keys. */
function checkHandOver(mark: Mark, { vkey, keys = [] }: LedgerClaim): void {
  let problem = '';
  try {
    const followed = followKeys(mark.vkey, keys);
    verifiersOf(followed);
    if (followed.at(-1)?.vkey === vkey) return;
  } catch (error) {
    problem = ` ${error instanceof Error ? error.message : String(error)}.`;
  }
  throw new BrokenSeal(
    `Its key is ${vkey}, but this browser saw it signed with ${mark.vkey} on ${mark.at}, and no hand-over leads from that one to it.${problem}`,
  );
}

/**
 * Computes the ledger's RFC 6962 tree again from every entry, and compares it with the signed checkpoint and with the mark
 * of an earlier visit.
 *
 * @param readEntries answers with some entries, base64, from `start` on
 * @throws BrokenSeal; whatever `readEntries` throws
 */
export async function verifyLedger(
  claim: LedgerClaim,
  mark: Mark | undefined,
  readEntries: (start: number) => Promise<readonly string[]>,
  onProgress: (done: number, total: number) => void,
): Promise<Verification | undefined> {
  const started = performance.now();
  const signed = checkCheckpoint(claim, mark);
  if (!signed) return undefined;
  const tree = new Frontier();
  let bytes = 0;
  const compareWithMark = () => {
    if (!mark || tree.size !== mark.size || toBase64(tree.root()) === mark.root) return;
    throw new BrokenSeal(
      `Its first ${mark.size} records are not those that this browser saw on ${mark.at}: the past was rewritten and signed again.`,
    );
  };
  compareWithMark();
  while (tree.size < signed.size) {
    onProgress(tree.size, signed.size);
    const page = await readEntries(tree.size);
    if (page.length === 0) {
      throw new BrokenSeal(`The checkpoint signs ${signed.size} records, but the server has only ${tree.size}.`);
    }
    for (const encoded of page.slice(0, signed.size - tree.size)) {
      const entry = fromBase64(encoded);
      if (!entry) throw new BrokenSeal(`Entry ${tree.size} is not base64.`);
      const said = claim.keys?.find(({ index }) => index === tree.size);
      if (said && !isStatementEntry(entry, fromBase64(said.salt) ?? new Uint8Array(0), said.note)) {
        throw new BrokenSeal(`What the server says of the ledger's keys is not what record ${tree.size} says.`);
      }
      bytes += entry.length;
      tree.add(portableHasher.leaf(entry));
      compareWithMark();
    }
  }
  onProgress(signed.size, signed.size);
  if (claim.keys?.some(({ index }) => index >= tree.size)) {
    throw new BrokenSeal(
      `What the server says of the ledger's keys is in none of the ${tree.size} records that are signed.`,
    );
  }
  const root = tree.root();
  if (toBase64(root) !== signed.root) {
    throw new BrokenSeal(
      `The ${signed.size} records give the root ${toBase64(root)}, but ${signed.root} was signed: something was changed, added, left out or put in another order.`,
    );
  }
  return {
    size: signed.size,
    root: toHex(root),
    keyId: signed.keyId,
    bytes,
    seconds: (performance.now() - started) / 1000,
    contains: mark,
    mark: { vkey: claim.vkey, size: signed.size, root: toBase64(root), at: new Date().toISOString() },
  };
}

function behind(size: number, mark: Mark): string {
  return `It has ${size} records, but this browser saw ${mark.size} on ${mark.at}: records were taken away.`;
}
