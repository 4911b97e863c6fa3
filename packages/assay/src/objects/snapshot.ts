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
const magic = 'assay snapshot 2\n';
/** Of 8 bytes each: size, mtime, ctime, inode. */
const columns = 4;
/** Of a file's MD5, and of a byte that says whether its times count. */
const md5Size = 16;

/** False when something could change after `seenAt` and have these times still. */
export function tells(times: Pick<Stats, 'mtimeMs' | 'ctimeMs'>, seenAt: number): boolean {
  // Whole seconds: a file system whose times are too coarse to show a change.
  return Math.max(times.mtimeMs, times.ctimeMs) < seenAt - tickMs && times.ctimeMs % 1000 !== 0;
}

/**
 * What was last seen of a tracked file or folder: its files with their times and hashes, in one compact file, column by column, in
 * the order in which they were met. A cache only: what is damaged, or of another place, counts as not there.
 */
export class Snapshot {
  readonly #names: readonly string[];
  readonly #numbers: Float64Array;
  readonly #md5s: Buffer;
  readonly #sure: Uint8Array;
  /** `.dir` hash when all files are as they were. */
  readonly directory: string;
  #byName: Map<string, number> | undefined;
  #next = 0;

  private constructor(names: readonly string[], directory: string, bytes: Buffer) {
    const count = names.length;
    this.#names = names;
    this.directory = directory;
    const numbers = bytes.subarray(0, count * columns * 8);
    // A copy: views of numbers have to begin at a multiple of their size.
    this.#numbers = new Float64Array(new Uint8Array(numbers).buffer);
    this.#md5s = bytes.subarray(numbers.length, numbers.length + count * md5Size);
    this.#sure = bytes.subarray(numbers.length + count * md5Size);
  }

  static empty(): Snapshot {
    return new Snapshot([], '', Buffer.alloc(0));
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
    return this.#names.length;
  }

  /** Which of the files a path is; -1 when it is none. Quickest when asked in the order of the snapshot. */
  find(path: string): number {
    if (this.#names[this.#next] === path) return this.#next++;
    this.#byName ??= new Map(this.#names.map((name, i) => [name, i]));
    const at = this.#byName.get(path) ?? -1;
    if (at >= 0) this.#next = at + 1;
    return at;
  }

  /** True when a file has the very size, times and inode it had, and they could show a change. */
  isSame(at: number, stats: Stats): boolean {
    if (at < 0) return false;
    const count = this.#names.length;
    const numbers = this.#numbers;
    return (
      numbers[at] === stats.size &&
      numbers[count + at] === stats.mtimeMs &&
      numbers[2 * count + at] === stats.ctimeMs &&
      numbers[3 * count + at] === stats.ino &&
      this.#sure[at] === 1
    );
  }

  md5At(at: number): string {
    return this.#md5s.toString('hex', at * md5Size, (at + 1) * md5Size);
  }

  /** The MD5 of a file that is as it was. */
  md5Of(path: string, stats: Stats): string | undefined {
    const at = this.find(path);
    return this.isSame(at, stats) ? this.md5At(at) : undefined;
  }

  /** The first so many files. */
  first(count: number): Known[] {
    const total = this.#names.length;
    const numbers = this.#numbers;
    return this.#names.slice(0, count).map((path, i) => ({
      path,
      size: numbers[i]!,
      mtimeMs: numbers[total + i]!,
      ctimeMs: numbers[2 * total + i]!,
      ino: numbers[3 * total + i]!,
      md5: this.md5At(i),
    }));
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
    const count = files.length;
    const numbers = new Float64Array(count * columns);
    const rest = Buffer.alloc(count * (md5Size + 1));
    for (let i = 0; i < count; i++) {
      const file = files[i]!;
      numbers[i] = file.size;
      numbers[count + i] = file.mtimeMs;
      numbers[2 * count + i] = file.ctimeMs;
      numbers[3 * count + i] = file.ino;
      rest.write(file.md5, i * md5Size, 'hex');
      rest[count * md5Size + i] = file.md5 !== '' && tells(file, seenAt) ? 1 : 0;
    }
    const names = Buffer.from(files.map((file) => file.path).join('\0'));
    const header = Buffer.from(`${JSON.stringify({ path, directory, files: count, names: names.length })}\n`);
    const body = Buffer.concat([header, names, Buffer.from(numbers.buffer), rest]);
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
    const rest = body.subarray(end + 1 + header.names);
    const names = header.files === 0 ? [] : body.toString('utf8', end + 1, end + 1 + header.names).split('\0');
    if (names.length !== header.files || rest.length !== header.files * (columns * 8 + md5Size + 1)) return undefined;
    return new Snapshot(names, header.directory, rest);
  }
}

function fileOf(folder: string, path: string, algorithm: string): string {
  return join(folder, `${hash('sha1', `${algorithm}\0${path}`, 'hex')}.snapshot`);
}
