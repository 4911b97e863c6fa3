import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import type { RecordStore } from './store.ts';
import { parseTilePath, readTile } from './tile.ts';

/** A log in the form of https://c2sp.org/tlog-tiles, wherever its files lie. Nothing that it gives is believed. */
export interface LogSource {
  /** For messages. */
  readonly name: string;
  /** @throws AssayError `ASSAY_LOG_UNREADABLE` */
  checkpoint(): Promise<string>;
  /** By its path, `tile/…`; undefined when there is none. */
  tile(path: string): Promise<Uint8Array | undefined>;
}

/** A bundle of 256 entries of 64 KB, and a little. */
const LARGEST_FILE = 17 * 2 ** 20;

/** A folder that `assay ledger export`, or another log, wrote. */
export function folderLog(folder: string): LogSource {
  return {
    name: folder,
    async checkpoint() {
      try {
        return readFileSync(join(folder, 'checkpoint'), 'utf8');
      } catch (error) {
        if (!isErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
        throw unreadable(folder, 'there is no file `checkpoint`', error);
      }
    },
    async tile(path) {
      const file = join(folder, path);
      return existsSync(file) ? readFileSync(file) : undefined;
    },
  };
}

/** A log that is served over HTTP; the address is the one before `checkpoint` and `tile/…`. */
export function servedLog(url: string, signal: AbortSignal): LogSource {
  const base = url.replace(/\/*$/, '/');
  const get = async (path: string): Promise<Uint8Array | undefined> => {
    let response: Response;
    try {
      response = await fetch(new URL(path, base), { signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]) });
    } catch (error) {
      signal.throwIfAborted();
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw unreadable(base, cause instanceof Error ? cause.message : String(cause), error);
    }
    if (response.status === 404) {
      await response.body?.cancel();
      return undefined;
    }
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of response.body ?? []) {
      length += piece.length;
      if (length > LARGEST_FILE) throw unreadable(base, `${path} is larger than a tile can be`);
      pieces.push(piece);
    }
    if (!response.ok) throw unreadable(base, `it answers ${response.status} for ${path}`);
    return Buffer.concat(pieces);
  };
  return {
    name: base,
    async checkpoint() {
      const bytes = await get('checkpoint');
      if (bytes) return Buffer.from(bytes).toString('utf8');
      throw unreadable(base, 'it has no `checkpoint`');
    },
    tile: get,
  };
}

/** A ledger of a project, as it is now. */
export function storedLog(records: RecordStore, name: string): LogSource {
  return {
    name,
    async checkpoint() {
      const note = await records.checkpoint();
      if (note !== undefined) return note;
      throw new AssayError('ASSAY_LEDGER_EMPTY', 'the ledger has no checkpoint yet');
    },
    async tile(path) {
      const tile = parseTilePath(path);
      return tile && readTile(records, tile);
    },
  };
}

function unreadable(name: string, problem: string, cause?: unknown): AssayError {
  return new AssayError('ASSAY_LOG_UNREADABLE', `the log ${name} cannot be read: ${problem}`, {
    hint: 'Name the folder or the address that holds `checkpoint` and `tile/…`.',
    cause,
  });
}
