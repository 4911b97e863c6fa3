import { AssayError } from '../errors.ts';
import { nodeEd25519 } from './hashing.ts';
import { statementOf } from './key-records.ts';
import { firstKey, followKeys, type LedgerKey, parseCheckpoint, parseVkey, toHex } from './proof/index.ts';
import type { LedgerRecord } from './record.ts';
import { referenceTo } from './reference.ts';
import type { Failure, VerifyOptions } from './verify.ts';
import type { LedgerRows } from './verify-rows.ts';

const PAGE = 1024;

/**
 * Verifies what a ledger says of its keys: that each hand-over is signed by both, leads to the present key, and that this
 * workspace knows the same of the earlier ones.
 * @returns what is to be known, and no failure: checkpoints of a key that was revoked since. The present key's vouch for the
 * same records
 */
export async function verifyKeys(
  rows: LedgerRows,
  records: readonly { readonly index: number; readonly record: LedgerRecord }[],
  { vkey, earlier = [] }: Pick<VerifyOptions, 'vkey' | 'earlier'>,
  fail: (failure: Failure) => void,
): Promise<readonly string[]> {
  const statements: { readonly index: number; readonly note: string }[] = [];
  for (const { index, record } of records) {
    const [row] = await rows.bodies(2 * index, 2 * index + 1);
    const body = statementOf(record.body.digest, row);
    if (body) statements.push({ index, note: Buffer.from(body.bytes).toString('utf8') });
    else {
      const message =
        "what it says of the ledger's keys is gone or damaged: nobody comes from an earlier key to a later one";
      fail({ check: 'keys', record: referenceTo({ record }), index, message });
    }
  }
  if (statements.length < records.length) return [];
  let keys: readonly LedgerKey[];
  try {
    keys = followKeys(firstKey(statements) ?? vkey, statements, nodeEd25519);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    fail({ check: 'keys', message: error.message });
    return [];
  }
  if (keys.at(-1)?.vkey !== vkey) {
    const message = `the ledger's hand-overs lead to ${keys.at(-1)?.vkey}, and this workspace has ${vkey}: see \`assay ledger key rotate --finish\``;
    fail({ check: 'keys', message });
  } else {
    for (const key of earlier) {
      if (keys.some((other) => other.vkey === key.vkey && other.until === key.until)) continue;
      const message = `this workspace believes ${key.vkey} up to ${key.until} records, and the ledger says nothing of it`;
      fail({ check: 'keys', message });
    }
  }
  return (await Promise.all(keys.map((key) => onRevokedWord(rows, key)))).filter((remark) => remark !== undefined);
}

/** The checkpoints that only a key signed that was revoked from before them on. */
async function onRevokedWord(rows: LedgerRows, { vkey, until, revoked }: LedgerKey): Promise<string | undefined> {
  if (revoked === undefined || until === undefined) return undefined;
  const { name, keyId } = parseVkey(vkey);
  const id = toHex(keyId);
  const sizes: number[] = [];
  for (let from = revoked.since + 1; from <= until; from += PAGE) {
    for (const { size, note } of await rows.checkpoints(from, Math.min(until + 1, from + PAGE))) {
      const signers = parseCheckpoint(note).note.signatures.filter((signature) => signature.name === name);
      if (signers.every((signature) => toHex(signature.keyId) === id)) sizes.push(size);
    }
  }
  const reason = revoked.reason === undefined ? '' : ` (${revoked.reason})`;
  const what = `the key ${name}+${id} was revoked from record ${revoked.since} on${reason}`;
  if (sizes.length === 0) return `${what}: no checkpoint rests on its word alone after that`;
  const which =
    sizes.length === 1
      ? `the checkpoint of ${sizes[0]} records`
      : `${sizes.length} checkpoints, of ${sizes[0]} to ${sizes.at(-1)} records,`;
  return `${what}: ${which} rest${sizes.length === 1 ? 's' : ''} on its word alone; later ones of the present key vouch for the same records`;
}
