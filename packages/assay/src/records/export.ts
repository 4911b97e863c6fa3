import { AssayError } from '../errors.ts';
import { nodeHasher } from './hashing.ts';
import { type Checkpoint, equalBytes, Frontier, parseCheckpoint, toHex } from './proof/index.ts';
import type { RecordStore } from './store.ts';
import { readTile, type TileName, tilePath, tilesBetween, tileWidth } from './tile.ts';

/** Where an export goes: a folder, or a store behind an address. */
export interface ExportPlace {
  /** For messages. */
  readonly name: string;
  /** How many writes side by side are worth it. */
  readonly parallel: number;
  /** The signed note of the export that is there; undefined when nothing is. */
  checkpoint(): Promise<string | undefined>;
  /** Writes a tile, whole or not at all; durable after `settle`. */
  writeTile(path: string, bytes: Uint8Array): Promise<void>;
  settle(): Promise<void>;
  /** Durable when it answers. */
  replaceCheckpoint(note: string): Promise<void>;
  /** Removes the parts of a tile that is whole now. */
  removeParts(path: string): Promise<void>;
}

export interface ExportOptions {
  /** A checkpoint of this ledger to export instead of the newest, with what signatures it has. */
  readonly checkpoint?: string | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Exported {
  readonly origin: string;
  readonly size: number;
  /** Records that the place had before. */
  readonly before: number;
  /** Tiles that were written. */
  readonly tiles: number;
}

/**
 * Writes a ledger as static files, as https://c2sp.org/tlog-tiles has them: `checkpoint` and `tile/…`. A place that holds an
 * earlier export is brought up to date; its checkpoint is replaced last, so that what it covers is always there. Every hash of
 * the tree is computed from the entries first, up to the root that the checkpoint signs.
 *
 * @throws AssayError `ASSAY_LEDGER_EMPTY`; `ASSAY_LEDGER_EXPORT_OTHER` when the place holds what this ledger did not grow from;
 * `ASSAY_LEDGER_DAMAGED`, and nothing is written then; those of the place
 */
export async function exportLedger(
  records: RecordStore,
  place: ExportPlace,
  options: ExportOptions = {},
): Promise<Exported> {
  const note = options.checkpoint ?? (await records.checkpoint());
  if (note === undefined) throw new AssayError('ASSAY_LEDGER_EMPTY', 'the ledger has no checkpoint yet');
  const now = parseCheckpoint(note);
  const standing = await place.checkpoint();
  const earlier = standing === undefined ? undefined : parseCheckpoint(standing);
  const { name } = place;
  if (earlier && earlier.origin !== now.origin) throw other(name, `of ${earlier.origin}, not of ${now.origin}`);
  if (earlier && earlier.size > now.size) {
    throw other(name, `of ${earlier.size} records, and this ledger has ${now.size}`);
  }
  const isGrown = await checkTree(records, now, earlier, options);
  if (!isGrown) throw other(name, 'that this ledger did not grow from');
  const before = earlier?.size ?? 0;
  const tiles = [...tilesBetween(before, now.size)];
  await eachOf(tiles, place.parallel, async (tile) => {
    options.signal?.throwIfAborted();
    const bytes = await readTile(records, tile);
    if (!bytes) throw damaged(`has less than its checkpoint says: ${tilePath(tile)} cannot be made`);
    await place.writeTile(tilePath(tile), bytes);
  });
  // What the checkpoint covers has to be durable before it.
  await place.settle();
  await place.replaceCheckpoint(note);
  const whole = tiles.filter(({ width }) => width === tileWidth);
  await eachOf(whole, place.parallel, (tile) => place.removeParts(tilePath(tile)));
  return { origin: now.origin, size: now.size, before, tiles: tiles.length };
}

/** So many side by side; after a failure no more is begun, and what was begun is waited for. */
async function eachOf(
  tiles: readonly TileName[],
  parallel: number,
  work: (tile: TileName) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    try {
      while (next < tiles.length) await work(tiles[next++]!);
    } catch (error) {
      next = tiles.length;
      throw error;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.max(1, parallel) }, worker));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

/**
 * Computes the tree from the entries, and compares it with the hashes that tiles are made of, and with the root that is signed.
 * @returns whether the tree had the earlier root at the earlier size
 */
async function checkTree(
  records: RecordStore,
  { size, root }: Checkpoint,
  earlier: Checkpoint | undefined,
  { onProgress, signal }: ExportOptions,
): Promise<boolean> {
  const frontier = new Frontier(nodeHasher);
  const computed: { readonly level: number; readonly position: number; readonly hash: Uint8Array }[] = [];
  let isGrown = (earlier?.size ?? 0) === 0;
  for await (const { index, hash, entry } of records.entries(0, size)) {
    const leaf = nodeHasher.leaf(entry);
    if (index !== frontier.size) throw damaged(`lacks record ${frontier.size}`);
    if (toHex(leaf) !== hash) throw damaged(`has another hash beside record ${index} than its entry gives`);
    frontier.add(leaf, (level, position, found) => {
      if (level % 8 === 0) computed.push({ level, position, hash: found });
    });
    if (frontier.size === earlier?.size) isGrown = equalBytes(frontier.root(), earlier.root);
    if (index % 1000 === 0) {
      signal?.throwIfAborted();
      onProgress?.(index, size);
    }
  }
  if (frontier.size !== size || !equalBytes(frontier.root(), root)) {
    throw damaged('does not have the root that its checkpoint signs');
  }
  for (const { level, position, hash } of computed) {
    if (!equalBytes(await records.subtree(level, position), hash)) {
      throw damaged(`has another hash at level ${level}, position ${position} of its tree than its entries give`);
    }
  }
  return isGrown;
}

function other(place: string, why: string): AssayError {
  return new AssayError('ASSAY_LEDGER_EXPORT_OTHER', `${place} holds a log ${why}`, {
    hint: 'Take another place. If both are of one ledger, it was changed: see `assay verify`.',
  });
}

function damaged(what: string): AssayError {
  return new AssayError('ASSAY_LEDGER_DAMAGED', `the ledger ${what}`, {
    hint: 'Run `assay verify` to see what else is damaged, then restore from a backup.',
  });
}
