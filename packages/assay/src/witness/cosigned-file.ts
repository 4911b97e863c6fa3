import { existsSync, readFileSync } from 'node:fs';
import { replaceFile } from '../durable-file.ts';
import { parseCheckpoint } from '../records/proof/index.ts';

/** The newest checkpoint that enough witnesses have cosigned; undefined when there is none. */
export function readCosigned(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Keeps a cosigned checkpoint, unless a larger one is there. */
export function writeCosigned(file: string, note: string): void {
  const kept = readCosigned(file);
  if (kept !== undefined && parseCheckpoint(kept).size > parseCheckpoint(note).size) return;
  replaceFile(file, note);
}
