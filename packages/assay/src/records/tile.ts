import type { RecordStore } from './store.ts';

/** Hashes, or entries, in a tile (https://c2sp.org/tlog-tiles). */
export const tileWidth = 256;

/** A tile of the tree: hashes of level 8·`level`; or, of `entries`, the entries below a tile of level 0. */
export interface TileName {
  readonly level: number | 'entries';
  readonly index: number;
  /** 256 of a whole one. */
  readonly width: number;
}

/** `tile/0/x001/234.p/7`: the number in groups of three digits, all but the last after an `x`. */
export function tilePath({ level, index, width }: TileName): string {
  const groups = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  }
  return `tile/${level}/${groups.join('/')}${width === tileWidth ? '' : `.p/${width}`}`;
}

/** Undefined when it is no tile's path, or not the one way to write it. */
export function parseTilePath(path: string): TileName | undefined {
  const match = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(path);
  if (!match) return undefined;
  const name: TileName = {
    level: match[1] === 'entries' ? 'entries' : Number(match[1]),
    index: Number(match[2]!.replace(/[x/]/g, '')),
    width: match[3] === undefined ? tileWidth : Number(match[3]),
  };
  return name.width > 0 && name.width <= tileWidth && tilePath(name) === path ? name : undefined;
}

/** The tiles of a tree of `size` leaves that a tree of `before` leaves has not, or not as wide. */
export function* tilesBetween(before: number, size: number): Generator<TileName> {
  for (const level of ['entries', 0] as const) yield* tilesOfLevel(level, before, size);
  for (let level = 1, hashes = Math.floor(size / tileWidth); hashes > 0; level++) {
    yield* tilesOfLevel(level, Math.floor(before / tileWidth ** level), hashes);
    hashes = Math.floor(hashes / tileWidth);
  }
}

function* tilesOfLevel(level: TileName['level'], before: number, size: number): Generator<TileName> {
  if (size === before) return;
  for (let index = Math.floor(before / tileWidth); index * tileWidth < size; index++) {
    yield { level, index, width: Math.min(tileWidth, size - index * tileWidth) };
  }
}

/** The bytes of a tile; undefined when the ledger has not all of it. @throws AssayError of a damaged ledger */
export async function readTile(
  records: Pick<RecordStore, 'size' | 'entries' | 'subtree'>,
  { level, index, width }: TileName,
): Promise<Uint8Array | undefined> {
  const start = index * tileWidth;
  const leaves = level === 'entries' ? 1 : tileWidth ** level;
  if ((start + width) * leaves > (await records.size())) return undefined;
  if (level === 'entries') {
    const parts: Uint8Array[] = [];
    for await (const { entry } of records.entries(start, start + width)) {
      parts.push(Uint8Array.of(entry.length >> 8, entry.length & 255), entry);
    }
    return Buffer.concat(parts);
  }
  const hashes: Uint8Array[] = [];
  for (let i = 0; i < width; i++) hashes.push(await records.subtree(8 * level, start + i));
  return Buffer.concat(hashes);
}
