import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isErrno } from '../errno.ts';
import {
  filesOf,
  isAlive,
  parseMessage,
  type QueueEntry,
  type QueueFolders,
  readMessages,
  taskResult,
} from './queue-files.ts';

/**
 * Whoever takes a message moves it into another folder, which only one can do, and the file's new name says which process did.
 * So nothing is lost with a process that is killed: what it had taken is moved back.
 */
const claimed = /^(.+)\.assay-(\d+)-(\d+)\.celery\.msg$/;

/** The next task that waits; undefined when there is none. */
export function claimNext(folders: QueueFolders): QueueEntry | undefined {
  mkdirSync(folders.taken, { recursive: true });
  for (const entry of readMessages(folders.waiting)) {
    const name = basename(entry.file).replace(/\.celery\.msg$/, '');
    const file = join(folders.taken, `${name}.assay-${process.pid}-${startOf(process.pid)}.celery.msg`);
    try {
      renameSync(entry.file, file);
      return { ...entry, file };
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error;
    }
  }
  return undefined;
}

/** Moves tasks back into the queue whose process is gone. @returns them */
export function returnOrphans(folders: QueueFolders): readonly QueueEntry[] {
  const returned: QueueEntry[] = [];
  for (const file of filesOf(folders.taken)) {
    if (ownerOf(file) !== 'dead') continue;
    const from = join(folders.taken, file);
    const entry = parseMessage(readFileSync(from, 'utf8'), from);
    if (!entry || taskResult(folders, entry.id) !== undefined) continue;
    giveBack(folders, entry);
    returned.push(entry);
  }
  return returned;
}

/** Puts a task back that was taken by us. */
export function giveBack(folders: QueueFolders, entry: QueueEntry): void {
  const name = claimed.exec(basename(entry.file))?.[1];
  if (name === undefined) return;
  try {
    renameSync(entry.file, join(folders.waiting, `${name}.celery.msg`));
  } catch (error) {
    // Somebody else was faster.
    if (!isErrno(error, 'ENOENT')) throw error;
  }
}

/** Whether the process lives that took a task; `unknown` for DVC's workers. */
export function ownerOf(file: string): 'alive' | 'dead' | 'unknown' {
  const parts = claimed.exec(basename(file));
  if (!parts) return 'unknown';
  const pid = Number(parts[2]);
  // Another process may have the number by now.
  return isAlive(pid) && startOf(pid) === parts[3] ? 'alive' : 'dead';
}

/** When a process began, in ticks since the system did; `0` where the system does not say. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch {
    return '0';
  }
}

/** Asks the process that runs a task to end it. */
export function askToKill(folders: QueueFolders, stash: string): void {
  mkdirSync(join(folders.runs, stash), { recursive: true });
  writeFileSync(killFile(folders, stash), '');
}

/** Aborts when somebody asks to end the task. */
export function killRequests(folders: QueueFolders, stash: string): { readonly signal: AbortSignal; stop(): void } {
  const file = killFile(folders, stash);
  const abort = new AbortController();
  rmSync(file, { force: true });
  const timer = setInterval(() => {
    if (filesOf(join(folders.runs, stash)).includes(basename(file))) abort.abort();
  }, 300).unref();
  return { signal: abort.signal, stop: () => clearInterval(timer) };
}

function killFile(folders: QueueFolders, stash: string): string {
  return join(folders.runs, stash, `${stash}.kill`);
}
