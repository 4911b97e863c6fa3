import { fromBase64, fromHex, parseVkey, portableHasher, toHex, verifyCheckpoint, verifyInclusion } from 'assay/proof';

interface ClaimedRecord {
  readonly hash: string;
  readonly index: number;
  readonly proof: {
    readonly path: readonly string[];
    readonly checkpoint: string;
    /** Base64. */
    readonly entry: string;
  };
}

export type Inclusion =
  | { readonly holds: true; readonly size: number }
  | { readonly holds: false; readonly problem: string };

/** Whether a record is what its name says, and is in the tree that the ledger's key signed. Computed here. */
export function checkInclusion({ hash, index, proof }: ClaimedRecord, vkey: string): Inclusion {
  const no = (problem: string): Inclusion => ({ holds: false, problem });
  const entry = fromBase64(proof.entry);
  if (!entry) return no('its entry is not base64');
  const leaf = portableHasher.leaf(entry);
  if (toHex(leaf) !== hash || !fromHex(hash))
    return no(`its bytes hash to ${toHex(leaf).slice(0, 16)}…, not to its name`);
  const path = proof.path.map(fromBase64).filter((node) => node !== undefined);
  if (path.length !== proof.path.length) return no('its proof is not base64');
  try {
    const { size, root } = verifyCheckpoint(proof.checkpoint, [parseVkey(vkey)]);
    if (!verifyInclusion(leaf, index, size, path, root)) return no('its proof does not lead to the signed root');
    return { holds: true, size };
  } catch (error) {
    return no(error instanceof Error ? error.message : String(error));
  }
}
