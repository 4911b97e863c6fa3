import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AssayError } from '../../errors.ts';

/** One piece of a model file that is held in memory at once may be so large. */
const LARGEST_PIECE = 16 * 2 ** 20;
const WINDOW = 64 * 1024;

/** A file's bytes by their places, of which only a small window is in memory. */
export interface Source {
  /** What the file is called in refusals; its ending counts only where bytes that look broken need a judgement. */
  readonly name: string;
  readonly size: number;
  /** @throws AssayError `ASSAY_TRACK_MODEL_FILE` where that many are not there, or are too many at once */
  bytes(at: number, length: number, what: string): Uint8Array;
  /** @throws AssayError `ASSAY_TRACK_MODEL_FILE` at the end */
  byte(at: number, what: string): number;
}

/** Opens a file for `work` only. */
export function withSource<T>(path: string, name: string, work: (source: Source) => T): T {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    return work(
      sourceOf(name, size, (at, length) => {
        const bytes = new Uint8Array(length);
        let read = 0;
        for (let n = 1; read < length && n > 0; read += n) n = readSync(file, bytes, read, length - read, at + read);
        return bytes.subarray(0, read);
      }),
    );
  } finally {
    closeSync(file);
  }
}

/** Bytes that are in memory already. */
export function memorySource(name: string, bytes: Uint8Array): Source {
  return sourceOf(name, bytes.length, (at, length) => bytes.subarray(at, at + length));
}

function sourceOf(name: string, size: number, read: (at: number, length: number) => Uint8Array): Source {
  let window: Uint8Array = new Uint8Array(0);
  let start = 0;
  const beyond = (at: number, length: number, what: string) =>
    damage(name, at, `${what} takes ${length} bytes, and ${Math.max(0, size - at)} are left`);
  const look = (at: number, length: number, what: string): void => {
    if (at >= start && at + length <= start + window.length) return;
    window = read(at, Math.min(size - at, Math.max(WINDOW, length)));
    start = at;
    // The file was cut short since it was opened.
    if (window.length < length) throw beyond(at, length, what);
  };
  return {
    name,
    size,
    bytes(at, length, what) {
      if (length < 0 || at < 0 || length > size - at) throw beyond(at, length, what);
      if (length > LARGEST_PIECE) {
        throw damage(name, at, `${what} takes ${length} bytes; at most ${LARGEST_PIECE} are read at once`);
      }
      look(at, length, what);
      return window.subarray(at - start, at - start + length);
    },
    byte(at, what) {
      if (at >= size) throw damage(name, at, `the file ends within ${what}`);
      look(at, 1, what);
      return window[at - start]!;
    },
  };
}

/** What is wrong with a model file, and where. */
export function damage(name: string, at: number, message: string): AssayError {
  return new AssayError('ASSAY_TRACK_MODEL_FILE', `${name}: byte ${at}: ${message}`, {
    hint: 'Was it cut short on its way, or made to mislead? Do not load it; get it again.',
  });
}

/** UTF-8; what is not becomes a mark, and what does not print is left out: these texts go to a terminal. */
export function shown(bytes: Uint8Array): string {
  return printable(new TextDecoder().decode(bytes));
}

export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ').slice(0, 1000);
}
