import { existsSync, readFileSync } from 'node:fs';
import { replaceFile } from '../durable-file.ts';
import { cosignedMark, type HighWaterMarks } from '../records/index.ts';
import { parseCheckpoint, toHex } from '../records/proof/index.ts';

/** The newest checkpoint that enough witnesses have cosigned; undefined when there is none. */
export function readCosigned(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/**
 * Keeps a cosigned checkpoint, unless a larger one is there; and marks in the home that there is one, so that it is missed when it
 * is taken away.
 */
export function writeCosigned(file: string, note: string, marks: HighWaterMarks): void {
  const { origin, size, root } = parseCheckpoint(note);
  const kept = readCosigned(file);
  if (kept !== undefined && parseCheckpoint(kept).size > size) return;
  replaceFile(file, note);
  marks.write({ origin: cosignedMark(origin), size, root: toHex(root) });
}

/** How many records a cosigned checkpoint had that this home knows of and that is gone; undefined when nothing is missed. */
export function missedCosigned(file: string, origin: string, marks: HighWaterMarks): number | undefined {
  const mark = marks.read(cosignedMark(origin));
  if (mark === undefined) return undefined;
  const kept = readCosigned(file);
  return kept !== undefined && parseCheckpoint(kept).size >= mark.size ? undefined : mark.size;
}
