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
  readonly verifiers: readonly Verifier[];
  readonly witnesses: readonly Witness[];
  readonly published: readonly (number | undefined)[];
}

/** To be read before the storage: another process may add records meanwhile, and then writes the file last. */
export function readOutside(options: LedgerOptions): Outside {
  const verifiers = ledgerVerifiers(options.signer.vkey, options.trusted);
  const file = readCheckpointFile(options.checkpointFile, verifiers);
  const mark = options.highWater.read(options.signer.name);
  const { cosignedFile } = options;
  const cosigned = cosignedFile === undefined ? undefined : readCheckpointFile(cosignedFile, verifiers);
  return {
    verifiers,
    witnesses: [
      file && checkpointWitness(options.checkpointFile, file),
      cosigned && checkpointWitness(cosignedFile ?? '', cosigned),
      mark && highWaterWitness(mark),
    ].filter((witness) => witness !== undefined),
    published: [file?.size, mark?.size],
  };
}

/** The newest checkpoint, after the ledger was found to be what it, and everything outside that knows the ledger, vouch for. */
export async function examine(
  storage: Pick<Storage, 'head' | 'nodes'>,
  { verifiers, witnesses }: Outside,
): Promise<SignedCheckpoint | undefined> {
  const head = await storage.head();
  const { newest } = await withNodesOf(storage, head);
  if (newest) checkSignature(newest, verifiers);
  const size = newest?.size ?? 0;
  for (const witness of witnesses) {
    const root =
      witness.size > size ? new Uint8Array(0) : await withNodes(storage, (read) => rootAt(read, witness.size));
    const problem = standingAgainst(witness, size, () => root);
    if (problem) throw problem;
  }
  return newest;
}

/** A ledger over a storage that was just opened, examined; the storage is closed when it is not what it should be. */
export async function openLedger(storage: Storage, options: LedgerOptions, outside: Outside): Promise<RecordStore> {
  try {
    const newest = await examine(storage, outside);
    const ledger = new Ledger(storage, options);
    // What a process that was killed between its commit and these writes left undone.
    if (newest !== undefined && outside.published.some((size) => size !== newest.size)) ledger.publish(newest);
    return ledger;
  } catch (error) {
    await storage.close();
    throw error;
  }
}

async function withNodesOf(storage: Pick<Storage, 'nodes'>, head: Awaited<ReturnType<Storage['head']>>) {
  const places = edgeOf(head.size);
  const hashes = await storage.nodes(places);
  const byLevel = new Map(places.map(({ level }, i) => [level, hashes[i]!]));
  return readHead({ ...head, node: (level) => byLevel.get(level)! });
}
