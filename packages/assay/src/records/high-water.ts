import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../errors.ts';
import { replaceFile } from './replace-file.ts';

/** The most that a ledger was ever seen to hold. */
export interface HighWaterMark {
  readonly origin: string;
  readonly size: number;
  /** Hex. */
  readonly root: string;
}

/** Remembers, outside of a ledger's own folder, how far it had come: an old copy put in its place is then noticed. */
export interface HighWaterMarks {
  read(origin: string): HighWaterMark | undefined;
  /** Keeps the mark unless a larger one is there. */
  write(mark: HighWaterMark): void;
}

/**
 * Marks as files in a folder, one for each ledger.
 * `read` throws AssayError `ASSAY_HIGH_WATER_INVALID` when a mark cannot be read as one.
 */
export function fileHighWaterMarks(folder: string): HighWaterMarks {
  const pathOf = (origin: string) => join(folder, `${encodeURIComponent(origin)}.json`);
  const read = (origin: string): HighWaterMark | undefined => {
    const path = pathOf(origin);
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
    // A file of no bytes is what a power failure leaves of one that was being replaced.
    if (text === '') return undefined;
    const mark = parseMark(text);
    if (mark?.origin === origin) return mark;
    throw new AssayError('ASSAY_HIGH_WATER_INVALID', `${path} holds no high-water mark of ${origin}`, {
      hint: 'Run `assay verify`; if the ledger is known to be whole, remove the file and a new one is made.',
    });
  };
  return {
    read,
    write(mark) {
      if ((read(mark.origin)?.size ?? -1) >= mark.size) return;
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      replaceFile(pathOf(mark.origin), `${JSON.stringify(mark)}\n`, 0o600);
    },
  };
}

function parseMark(text: string): HighWaterMark | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { origin, size, root } = value as Partial<Record<keyof HighWaterMark, unknown>>;
    if (typeof origin !== 'string' || typeof root !== 'string' || !/^[0-9a-f]{64}$/.test(root)) return undefined;
    return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? { origin, size, root } : undefined;
  } catch {
    return undefined;
  }
}
