import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

let counter = 0;

/**
 * Replaces a small file so that a reader, or a process killed at any moment, sees the old bytes or the new ones. Without
 * `sync` a power failure may leave the old ones, or none.
 */
export function replaceFile(path: string, content: string, mode: number, sync = false): void {
  const temporary = `${path}.${process.pid}-${counter++}.tmp`;
  try {
    const descriptor = openSync(temporary, 'w', mode);
    try {
      writeSync(descriptor, content);
      if (sync) fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
