import { checkSignature, readHead, type SignedCheckpoint } from './head.ts';
import { Ledger, type LedgerOptions } from './ledger.ts';
import type { Verifier } from './proof/index.ts';
import { ledgerVerifiers } from './signer.ts';
import { checkpointWitness, highWaterWitness, readCheckpointFile, standingAgainst, type Witness } from './standing.ts';
import type { Storage } from './storage.ts';
import type { RecordStore } from './store.ts';
import { edgeOf, rootAt, withNodes } from './tree.ts';

/** What is known of a ledger outside of its storage, and by whom its checkpoints may be signed. */
export interface Outside {
  /** The ledger's own key, as far as this home knows. */
  readonly vkey: string;
  readonly verifiers: readonly Verifier[];
  readonly witnesses: readonly Witness[];
  readonly published: readonly (number | undefined)[];
}

/** To be read before the storage: another process may add records meanwhile, and then writes the file last. */
export function readOutside(options: LedgerOptions): Outside {
  const verifiers = ledgerVerifiers(options.signer.vkey, options.trusted, options.earlier);
  const file = readCheckpointFile(options.checkpointFile, verifiers);
  const mark = options.highWater.read(options.signer.name);
  const { cosignedFile } = options;
  const cosigned = cosignedFile === undefined ? undefined : readCheckpointFile(cosignedFile, verifiers);
  return {
    vkey: options.signer.vkey,
    verifiers,
    witnesses: [
      file && checkpointWitness(options.checkpointFile, file),
      cosigned && checkpointWitness(cosignedFile ?? '', cosigned),
      mark && highWaterWitness(mark),
    ].filter((witness) => witness !== undefined),
    published: [file?.size, mark?.size],
  };
}

/**
 * The newest checkpoint, after the ledger was found to be what it, and everything outside that knows the ledger, vouch for; and
 * whether it is signed by a key that is known here, not only by one that the ledger itself leads to.
 */
export async function examine(
  storage: Pick<Storage, 'head' | 'nodes' | 'history' | 'body'>,
  { vkey, verifiers, witnesses }: Outside,
): Promise<{ readonly newest: SignedCheckpoint | undefined; readonly isKnown: boolean }> {
  const head = await storage.head();
  const { newest } = await withNodesOf(storage, head);
  const isKnown = newest === undefined || (await checkSigned(storage, newest, vkey, verifiers));
  const size = newest?.size ?? 0;
  for (const witness of witnesses) {
    const root =
      witness.size > size ? new Uint8Array(0) : await withNodes(storage, (read) => rootAt(read, witness.size));
    const problem = standingAgainst(witness, size, () => root);
    if (problem) throw problem;
  }
  return { newest, isKnown };
}

/** A ledger over a storage that was just opened, examined; the storage is closed when it is not what it should be. */
export async function openLedger(storage: Storage, options: LedgerOptions, outside: Outside): Promise<RecordStore> {
  try {
    const { newest, isKnown } = await examine(storage, outside);
    const ledger = new Ledger(storage, options);
    // What a process that was killed between its commit and these writes left undone. What this home could not read is not written.
    if (newest !== undefined && isKnown && outside.published.some((size) => size !== newest.size))
      ledger.publish(newest);
    return ledger;
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** True when a key signed that is known here, false when one did that the ledger was handed over to since, maybe from another home. */
async function checkSigned(
  storage: Pick<Storage, 'history' | 'body'>,
  newest: SignedCheckpoint,
  vkey: string,
  verifiers: readonly Verifier[],
): Promise<boolean> {
  try {
    checkSignature(newest, verifiers);
    return true;
  } catch (error) {
    const { verifiersFrom } = await import('./key-records.ts');
    const later = await verifiersFrom(storage, vkey).catch(() => []);
    if (later.length < 2) throw error;
    checkSignature(newest, later);
    return false;
  }
}

async function withNodesOf(storage: Pick<Storage, 'nodes'>, head: Awaited<ReturnType<Storage['head']>>) {
  const places = edgeOf(head.size);
  const hashes = await storage.nodes(places);
  const byLevel = new Map(places.map(({ level }, i) => [level, hashes[i]!]));
  return readHead({ ...head, node: (level) => byLevel.get(level)! });
}
