import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import { AssayError } from '../errors.ts';
import { syncPaths } from '../objects/index.ts';
import { nodeHasher } from './hashing.ts';
import { type Checkpoint, equalBytes, Frontier, parseCheckpoint, toHex } from './proof/index.ts';
import type { RecordStore } from './store.ts';
import { readTile, type TileName, tilePath, tilesBetween, tileWidth } from './tile.ts';

export interface ExportOptions {
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Exported {
  readonly origin: string;
  readonly size: number;
  /** Records that the folder had before. */
  readonly before: number;
  /** Tiles that were written. */
  readonly tiles: number;
}

/**
 * Writes a ledger as static files, as https://c2sp.org/tlog-tiles has them: `checkpoint` and `tile/…`. A folder that holds an
 * earlier export is brought up to date; its checkpoint is replaced last, so that what it covers is always there. Every hash of
 * the tree is computed from the entries first, up to the root that the checkpoint signs.
 *
 * @throws AssayError `ASSAY_LEDGER_EMPTY`; `ASSAY_LEDGER_EXPORT_OTHER` when the folder holds what this ledger did not grow from;
 * `ASSAY_LEDGER_DAMAGED`, and nothing is written then
 */
export async function exportLedger(
  records: RecordStore,
  folder: string,
  options: ExportOptions = {},
): Promise<Exported> {
  const note = await records.checkpoint();
  if (note === undefined) throw new AssayError('ASSAY_LEDGER_EMPTY', 'the ledger has no checkpoint yet');
  const now = parseCheckpoint(note);
  const earlier = standing(folder);
  if (earlier && earlier.origin !== now.origin) throw other(folder, `of ${earlier.origin}, not of ${now.origin}`);
  if (earlier && earlier.size > now.size) {
    throw other(folder, `of ${earlier.size} records, and this ledger has ${now.size}`);
  }
  const isGrown = await checkTree(records, now, earlier, options);
  if (!isGrown) throw other(folder, 'that this ledger did not grow from');
  const before = earlier?.size ?? 0;
  const tiles: TileName[] = [];
  for (const tile of tilesBetween(before, now.size)) {
    options.signal?.throwIfAborted();
    const bytes = await readTile(records, tile);
    if (!bytes) throw damaged(`has less than its checkpoint says: ${tilePath(tile)} cannot be made`);
    replaceFile(join(folder, tilePath(tile)), bytes, { sync: false });
    tiles.push(tile);
  }
  // What the checkpoint covers has to be durable before it.
  const paths = tiles.map(tilePath);
  await syncPaths([...paths, ...new Set(paths.flatMap(foldersOf))], folder);
  replaceFile(join(folder, 'checkpoint'), note);
  // Parts of tiles that are whole now.
  for (const tile of tiles) {
    if (tile.width === tileWidth) rmSync(join(folder, `${tilePath(tile)}.p`), { recursive: true, force: true });
  }
  return { origin: now.origin, size: now.size, before, tiles: tiles.length };
}

/** The folders that a path lies in. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, i) => (i === 0 ? '.' : parts.slice(0, i).join('/')));
}

function standing(folder: string): Checkpoint | undefined {
  const file = join(folder, 'checkpoint');
  return existsSync(file) ? parseCheckpoint(readFileSync(file, 'utf8')) : undefined;
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

function other(folder: string, why: string): AssayError {
  return new AssayError('ASSAY_LEDGER_EXPORT_OTHER', `${folder} holds a log ${why}`, {
    hint: 'Take another folder. If both are of one ledger, it was changed: see `assay verify`.',
  });
}

function damaged(what: string): AssayError {
  return new AssayError('ASSAY_LEDGER_DAMAGED', `the ledger ${what}`, {
    hint: 'Run `assay verify` to see what else is damaged, then restore from a backup.',
  });
}
