import { chmodSync, closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';

/** Read whole, in one call; larger files in pieces. */
export const smallFile: number = 2 ** 20;

/** One for all small files: for each of them a buffer of its own would cost more than reading it. */
let shared: Buffer | undefined;

/**
 * The bytes of a small file, valid until the next call; undefined when it is a large one. Three system calls when its size is known,
 * four when not: for small files, these are what takes time.
 */
export function readSmallFile(path: string, size = -1): Buffer | undefined {
  shared ??= Buffer.allocUnsafeSlow(smallFile + 1);
  const descriptor = openSync(path, 'r');
  try {
    let length = readSync(descriptor, shared, 0, shared.length, null);
    // As long as it should be: that was all of it.
    for (let read = length === size ? 0 : length; read > 0 && length < shared.length; length += read) {
      read = readSync(descriptor, shared, length, shared.length - length, null);
    }
    return length > smallFile ? undefined : shared.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

/** Writes a file that is not there yet; nothing is left of it when that fails. */
export function writeNewFile(path: string, bytes: Uint8Array, mode: number): void {
  const descriptor = openSync(path, 'wx', mode);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  // The mask of the process counts against what a group should be able to do.
  if (mode === 0o664) chmodSync(path, mode);
}
