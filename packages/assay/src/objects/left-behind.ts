import { hash } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isErrno } from '../errno.ts';

/** What nobody asked for in so long is removed. */
const keptMs = 7 * 24 * 3600 * 1000;
const host = hash('md5', hostname(), 'hex').slice(0, 6);

/** A name for a folder of files on their way in, which tells whose it is. */
export function arrivalFolder(temporary: string): string {
  return join(temporary, `assay-${host}-${process.pid}-${Math.random().toString(16).slice(2, 10)}`);
}

/** The name of such a folder when its process has given it up: whoever comes next may take what is in it. */
export function abandonedFolder(temporary: string): string {
  return join(temporary, `assay-left-${process.pid}-${Math.random().toString(16).slice(2, 10)}`);
}

/** Files that processes left behind when they were ended in the middle of a transfer, by their names. */
export function leftBehind(temporary: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of namesIn(temporary)) {
    if (/^(?:\.[0-9a-f]{16}\.tmp|run-\d+-[0-9a-f]{64})$/.test(folder)) removeOld(join(temporary, folder));
    if (!isAbandoned(folder)) continue;
    const path = join(temporary, folder);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) continue;
    const names = namesIn(path);
    if (names.length === 0 || Date.now() - stats.mtimeMs > keptMs) {
      rmSync(path, { recursive: true, force: true });
      continue;
    }
    for (const name of names) if (/^[0-9a-f]{32}(?:\.dir)?$/.test(name)) found.set(name, join(path, name));
  }
  return found;
}

/** A small file that never got its name. */
function removeOld(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats && Date.now() - stats.mtimeMs > keptMs) rmSync(path, { force: true });
}

function isAbandoned(folder: string): boolean {
  if (/^assay-left-\d+-[0-9a-f]+$/.test(folder)) return true;
  const match = /^assay-([0-9a-f]{6})-(\d+)-[0-9a-f]+$/.exec(folder);
  // A process of another machine that shares the folder may well be alive.
  if (match?.[1] !== host) return false;
  try {
    process.kill(Number(match[2]), 0);
    return false;
  } catch (error) {
    return isErrno(error, 'ESRCH');
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return [];
    throw error;
  }
}
