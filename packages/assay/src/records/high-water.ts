import { closeSync, constants, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';

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
  /** Keeps the mark unless a larger one is there. Called with every commit, before it is acknowledged. */
  write(mark: HighWaterMark): void;
}

/** A sector, which a disk writes whole or not at all. */
const SLOT = 512;

/**
 * Marks as files in a folder, one for each ledger. A file has two slots, and a new mark replaces the smaller of the two where
 * it lies: unlike a rename, that leaves the file system's journal alone, and does not slow down the next commit of the ledger.
 * Kept over a kill at any moment; a power failure may leave an earlier mark.
 *
 * `read` throws AssayError `ASSAY_HIGH_WATER_INVALID` when neither slot can be read as a mark.
 */
export function fileHighWaterMarks(folder: string): HighWaterMarks {
  const pathOf = (origin: string) => join(folder, `${encodeURIComponent(origin)}.mark`);
  return {
    read(origin) {
      const path = pathOf(origin);
      let file: number;
      try {
        file = openSync(path, 'r');
      } catch (error) {
        if (isErrno(error, 'ENOENT')) return undefined;
        throw error;
      }
      try {
        const [first, second] = readSlots(file, origin, path);
        return (first?.size ?? -1) > (second?.size ?? -1) ? first : second;
      } finally {
        closeSync(file);
      }
    },
    write(mark) {
      const path = pathOf(mark.origin);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
      try {
        const [first, second] = readSlots(file, mark.origin, path).map((slot) => slot?.size ?? -1) as [number, number];
        if (Math.max(first, second) >= mark.size) return;
        const { origin, size, root } = mark;
        const line = `${JSON.stringify({ size, root, origin }).padEnd(SLOT - 1)}\n`;
        if (Buffer.byteLength(line) > SLOT) throw new RangeError(`the ledger's name is too long: ${origin}`);
        writeSync(file, line, first <= second ? 0 : SLOT);
      } finally {
        closeSync(file);
      }
    },
  };
}

type Slots = [HighWaterMark | undefined, HighWaterMark | undefined];

function readSlots(file: number, origin: string, path: string): Slots {
  const bytes = Buffer.alloc(2 * SLOT);
  readSync(file, bytes, 0, 2 * SLOT, 0);
  const slots: Slots = [parseMark(bytes.subarray(0, SLOT)), parseMark(bytes.subarray(SLOT))];
  const known = slots.some((slot) => slot?.origin === origin);
  // Nothing but zeros is what a power failure leaves of a file that was just made.
  if (known || bytes.every((byte) => byte === 0)) return slots;
  throw new AssayError('ASSAY_HIGH_WATER_INVALID', `${path} holds no high-water mark of ${origin}`, {
    hint: 'Run `assay verify`; if the ledger is known to be whole, remove the file and a new one is made.',
  });
}

function parseMark(slot: Buffer): HighWaterMark | undefined {
  try {
    const value: unknown = JSON.parse(slot.toString('utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const { origin, size, root } = value as Partial<Record<keyof HighWaterMark, unknown>>;
    if (typeof origin !== 'string' || typeof root !== 'string' || !/^[0-9a-f]{64}$/.test(root)) return undefined;
    return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? { origin, size, root } : undefined;
  } catch {
    return undefined;
  }
}
