import { AssayError } from '../errors.ts';
import { nodeHasher } from './hashing.ts';
import type { LogSource } from './log-source.ts';
import { equalBytes } from './proof/index.ts';
import { type TileName, tilePath, tileWidth } from './tile.ts';

/** A tile has 256 hashes of its level, and so the hashes of eight levels of the tree. */
const LEVELS = 8;

/** The tree of a log of a size, from its tiles. */
export class LogTree {
  readonly #source: LogSource;
  readonly #size: number;
  readonly #tiles = new Map<string, Uint8Array>();

  constructor(source: LogSource, size: number) {
    this.#source = source;
    this.#size = size;
  }

  /** Roots of complete subtrees. @throws AssayError `ASSAY_LOG_DAMAGED` when a tile is missing, or not as long as it must be */
  async nodes(places: readonly { readonly level: number; readonly position: number }[]): Promise<Uint8Array[]> {
    const found: Uint8Array[] = [];
    for (const { level, position } of places) {
      const width = 2 ** (level % LEVELS);
      const index = Math.floor((position * width) / tileWidth);
      const hashes = await this.#hashes({ level: Math.floor(level / LEVELS), index });
      const start = position * width - index * tileWidth;
      found.push(rootOf(hashes.slice(start, start + width)));
    }
    return found;
  }

  /** The two subtrees of one, after they were found to make it. @throws AssayError `ASSAY_LOG_DAMAGED` */
  async children(level: number, position: number): Promise<readonly [Uint8Array, Uint8Array]> {
    const below = [2 * position, 2 * position + 1].map((child) => ({ level: level - 1, position: child }));
    const [parent, left, right] = (await this.nodes([{ level, position }, ...below])) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    if (equalBytes(nodeHasher.node(left, right), parent)) return [left, right];
    throw this.damaged(`its hash at level ${level}, position ${position} is not the one of what lies under it`);
  }

  /** An entry, after it was found to have the hash that the tree has. @throws AssayError `ASSAY_LOG_DAMAGED` */
  async entry(index: number): Promise<Uint8Array> {
    const tile = this.#tile({ level: 'entries', index: Math.floor(index / tileWidth) });
    const bytes = await this.#read(tile);
    let at = 0;
    for (let skip = index % tileWidth; skip > 0; skip--) at += 2 + lengthAt(bytes, at);
    const entry = bytes.slice(at + 2, at + 2 + lengthAt(bytes, at));
    const [leaf] = await this.nodes([{ level: 0, position: index }]);
    if (leaf && equalBytes(nodeHasher.leaf(entry), leaf)) return entry;
    throw this.damaged(`its entry ${index} has not the hash that its tree has`);
  }

  damaged(problem: string): AssayError {
    return new AssayError(
      'ASSAY_LOG_DAMAGED',
      `the log ${this.#source.name} is not what its checkpoint signs: ${problem}`,
      {
        hint: 'It was changed, or written by half. Get it again, or export it again from the ledger.',
      },
    );
  }

  async #hashes(name: Pick<TileName, 'level' | 'index'>): Promise<Uint8Array[]> {
    const tile = this.#tile(name);
    const bytes = await this.#read(tile);
    if (bytes.length !== 32 * tile.width) {
      throw this.damaged(`${tilePath(tile)} has ${bytes.length} bytes, and not ${32 * tile.width}`);
    }
    return Array.from({ length: tile.width }, (_, i) => bytes.subarray(32 * i, 32 * (i + 1)));
  }

  #tile({ level, index }: Pick<TileName, 'level' | 'index'>): TileName {
    const leaves = level === 'entries' ? 1 : tileWidth ** level;
    return { level, index, width: Math.min(tileWidth, Math.floor(this.#size / leaves) - index * tileWidth) };
  }

  async #read(tile: TileName): Promise<Uint8Array> {
    const path = tilePath(tile);
    const kept = this.#tiles.get(path);
    if (kept) return kept;
    const bytes = await this.#source.tile(path);
    if (!bytes) throw this.damaged(`${path} is missing`);
    this.#tiles.set(path, bytes);
    return bytes;
  }
}

/** The root of complete subtrees of one level: 1, 2, 4 … of them. */
function rootOf(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 1) return hashes[0]!;
  const half = hashes.length / 2;
  return nodeHasher.node(rootOf(hashes.slice(0, half)), rootOf(hashes.slice(half)));
}

/** A 16-bit length; 0 where the bundle has ended. */
function lengthAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
