import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, type Stats, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a file hashed to when it had certain times. */
export interface Known {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  /** Hex; empty when the file was changed so recently that another change might not show in its times. */
  readonly md5: string;
}

/** File systems' clocks tick this often at the most. Git calls a file changed within a tick racily clean, and reads it again. */
const tickMs = 20;
const magic = 'assay snapshot 1\n';
/** Per file: size, mtime, ctime, inode as doubles, then the MD5's 16 bytes, and one byte that says whether it counts. */
const recordSize = 4 * 8 + 16 + 1;

/**
 * What was last seen of a tracked file or folder: its files with their times and hashes, in one compact file. A cache only: what
 * is damaged, or of another place, counts as not there.
 */
export class Snapshot {
  readonly #entries: ReadonlyMap<string, number>;
  readonly #records: Buffer;
  /** `.dir` hash when all files are as they were. */
  readonly directory: string;

  private constructor(entries: ReadonlyMap<string, number>, records: Buffer, directory: string) {
    this.#entries = entries;
    this.#records = records;
    this.directory = directory;
  }

  static empty(): Snapshot {
    return new Snapshot(new Map(), Buffer.alloc(0), '');
  }

  static read(folder: string, path: string, algorithm: string): Snapshot {
    try {
      return Snapshot.#parse(readFileSync(fileOf(folder, path, algorithm)), path) ?? Snapshot.empty();
    } catch {
      return Snapshot.empty();
    }
  }

  /** Number of files. */
  get count(): number {
    return this.#entries.size;
  }

  /** The MD5, when the file has the very size, times and inode it had, and they could show a change. */
  md5Of(path: string, stats: Stats): string | undefined {
    const at = this.#entries.get(path);
    if (at === undefined) return undefined;
    const records = this.#records;
    const same =
      records.readDoubleLE(at) === stats.size &&
      records.readDoubleLE(at + 8) === stats.mtimeMs &&
      records.readDoubleLE(at + 16) === stats.ctimeMs &&
      records.readDoubleLE(at + 24) === stats.ino &&
      records[at + 48] === 1;
    return same ? records.toString('hex', at + 32, at + 48) : undefined;
  }

  /** @param seenAt when the first of the files was looked at, in ms */
  static write(
    folder: string,
    path: string,
    algorithm: string,
    content: { readonly directory: string; readonly files: readonly Known[] },
    seenAt: number,
  ): void {
    const { files, directory } = content;
    const records = Buffer.alloc(files.length * recordSize);
    for (const [i, file] of files.entries()) {
      const at = i * recordSize;
      records.writeDoubleLE(file.size, at);
      records.writeDoubleLE(file.mtimeMs, at + 8);
      records.writeDoubleLE(file.ctimeMs, at + 16);
      records.writeDoubleLE(file.ino, at + 24);
      records.write(file.md5, at + 32, 'hex');
      const newest = Math.max(file.mtimeMs, file.ctimeMs);
      // Whole seconds: a file system whose times are too coarse to show a change.
      const tells = file.md5 !== '' && newest < seenAt - tickMs && file.ctimeMs % 1000 !== 0;
      records[at + 48] = tells ? 1 : 0;
    }
    const names = Buffer.from(files.map((file) => file.path).join('\0'));
    const header = Buffer.from(`${JSON.stringify({ path, directory, files: files.length, names: names.length })}\n`);
    const body = Buffer.concat([header, names, records]);
    const file = fileOf(folder, path, algorithm);
    const temporary = `${file}.${process.pid}`;
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(temporary, Buffer.concat([Buffer.from(magic + hash('sha1', body, 'hex')), body]));
      renameSync(temporary, file);
    } catch {
      // Without it the files are read again: no reason to fail what was asked for.
      rmSync(temporary, { force: true });
    }
  }

  static #parse(bytes: Buffer, path: string): Snapshot | undefined {
    const start = magic.length + 40;
    const body = bytes.subarray(start);
    if (bytes.toString('latin1', 0, start) !== magic + hash('sha1', body, 'hex')) return undefined;
    const end = body.indexOf(10);
    const header: { path: string; directory: string; files: number; names: number } = JSON.parse(
      body.toString('utf8', 0, end),
    );
    if (header.path !== path) return undefined;
    const records = body.subarray(end + 1 + header.names);
    const names = body.toString('utf8', end + 1, end + 1 + header.names);
    const entries = new Map<string, number>();
    let at = 0;
    if (header.files > 0) {
      for (const name of names.split('\0')) {
        entries.set(name, at);
        at += recordSize;
      }
    }
    return at === records.length ? new Snapshot(entries, records, header.directory) : undefined;
  }
}

function fileOf(folder: string, path: string, algorithm: string): string {
  return join(folder, `${hash('sha1', `${algorithm}\0${path}`, 'hex')}.snapshot`);
}
