import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isErrno } from './errno.ts';

export interface WriteOptions {
  readonly mode?: number;
  /** False: a process killed at any moment leaves the old bytes or the new ones, a power failure the old ones, or none. */
  readonly sync?: boolean;
}

/** Replaces a small file so that a crash leaves the old bytes or the new ones, never a part of either. */
export function replaceFile(path: string, content: string | Uint8Array, options: WriteOptions = {}): void {
  settle(path, content, options, (temporary) => {
    renameSync(temporary, path);
  });
}

/** Like `replaceFile`, but false, and nothing changed, when the file is there already. */
export function createFile(path: string, content: string | Uint8Array, options: WriteOptions = {}): boolean {
  let isNew = true;
  settle(path, content, options, (temporary) => {
    try {
      linkSync(temporary, path);
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
      isNew = false;
    }
    rmSync(temporary);
  });
  return isNew;
}

function settle(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions,
  put: (temporary: string) => void,
): void {
  const own = dirname(path);
  mkdirSync(own, { recursive: true });
  const hidden = hiddenFolder(own);
  for (const folder of hidden === undefined ? [own] : [hidden, own]) {
    const temporary = writeTemporary(folder, content, options);
    try {
      put(temporary);
      break;
    } catch (error) {
      rmSync(temporary, { force: true });
      if (folder === own || !isErrno(error, 'EXDEV')) throw error;
    }
  }
  if (options.sync !== false) syncDirectory(own);
}

/**
 * Where a process that is killed may leave a file: in a DVC repository where git does not see it, if that is on the same file
 * system; else it is beside what it becomes.
 */
function hiddenFolder(own: string): string | undefined {
  for (let at = own; ; at = dirname(at)) {
    const hidden = join(at, '.dvc/tmp');
    if (existsSync(hidden)) return isWritable(hidden) ? hidden : undefined;
    if (at === dirname(at)) return undefined;
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Makes the entries of a folder durable. */
export function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function writeTemporary(folder: string, content: string | Uint8Array, { mode = 0o644, sync }: WriteOptions): string {
  const temporary = join(folder, `.${randomBytes(8).toString('hex')}.tmp`);
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const descriptor = openSync(temporary, 'wx', mode);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    if (sync !== false) fsyncSync(descriptor);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  return temporary;
}
