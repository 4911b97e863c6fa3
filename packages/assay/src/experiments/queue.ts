import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Workplace } from '../data/index.ts';
import { gitTopOf, runGit } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { askToKill, ownerOf } from './claims.ts';
import { isAlive, queueFolders } from './queue-files.ts';
import { removeTasks } from './queue-remove.ts';
import { type QueueTask, queueTasks } from './queue-tasks.ts';
import { noExperiment } from './refs.ts';
import { findTask } from './resolve.ts';
import { askToStop } from './work-queue.ts';

export interface QueuedTask {
  /** The stash commit. */
  readonly rev: string;
  readonly name: string | undefined;
  readonly created: Date | undefined;
  /** `queued` again when the process that ran it is gone. */
  readonly state: QueueTask['state'];
}

/** The queue as it stands. */
export async function queueStatus({ repository }: Workplace): Promise<readonly QueuedTask[]> {
  const tasks = queueTasks(queueFolders(repository));
  if (tasks.length === 0) return [];
  const stashes = tasks.map(({ entry }) => entry.stash);
  const times = new Map<string, Date>();
  const listed = await runGit(gitTopOf(repository), [
    'log',
    '--no-walk=unsorted',
    '--ignore-missing',
    '--format=%H %ct',
    ...stashes,
    '--',
  ]);
  for (const line of (listed?.toString('utf8') ?? '').split('\n')) {
    const [rev = '', seconds] = line.split(' ');
    if (seconds !== undefined) times.set(rev, new Date(Number(seconds) * 1000));
  }
  return tasks.map(({ entry, state, info }) => ({
    rev: entry.stash,
    name: entry.name ?? info?.name,
    created: times.get(entry.stash),
    state: state === 'running' && ownerOf(entry.file) === 'dead' ? 'queued' : state,
  }));
}

export interface QueueSelection {
  readonly names: readonly string[];
  readonly queued: boolean;
  readonly failed: boolean;
  readonly success: boolean;
}

/** Takes tasks out of the queue that do not run. @returns their names. @throws AssayError `ASSAY_EXP_NOT_FOUND` */
export async function removeFromQueue(
  { repository }: Workplace,
  selection: QueueSelection,
): Promise<readonly string[]> {
  const tasks = queueTasks(queueFolders(repository));
  const idle = tasks.filter(({ state }) => state !== 'running');
  const { names, ...states } = selection;
  const chosen =
    names.length > 0 ? found(idle, names) : idle.filter(({ state }) => state !== 'running' && states[state]);
  await removeTasks(repository, chosen);
  return names.length > 0 ? names : chosen.map(({ entry }) => entry.name ?? entry.stash.slice(0, 7));
}

/**
 * Ends running tasks, which then have failed. Those of DVC's workers are interrupted, with `force` killed.
 * @param names all that run, when there are none
 * @throws AssayError `ASSAY_EXP_NOT_FOUND`
 */
export function killTasks(
  { repository }: Workplace,
  names: readonly string[] | 'all',
  force: boolean,
): readonly string[] {
  const folders = queueFolders(repository);
  const running = queueTasks(folders).filter(({ state }) => state === 'running');
  const chosen = names === 'all' ? running : found(running, names);
  for (const { entry, process: info } of chosen) {
    if (ownerOf(entry.file) !== 'unknown') askToKill(folders, entry.stash);
    else if (isAlive(info?.pid)) process.kill(info!.pid!, force ? 'SIGKILL' : 'SIGINT');
  }
  return chosen.map(({ entry }) => entry.name ?? entry.stash.slice(0, 7));
}

/** Workers take no further task; with `kill` the running ones end as well. */
export function stopQueue(workplace: Workplace, kill: boolean): void {
  askToStop(queueFolders(workplace.repository));
  if (kill) killTasks(workplace, 'all', true);
}

/**
 * What a task has printed; with `follow` also what it prints until it ends.
 * @throws AssayError `ASSAY_EXP_NOT_FOUND`, `ASSAY_EXP_NO_LOG`
 */
export async function readTaskLog(
  { repository, signal }: Workplace,
  name: string,
  { follow, encoding }: { readonly follow: boolean; readonly encoding: string },
  write: (text: string) => void,
): Promise<void> {
  const folders = queueFolders(repository);
  const [task] = found(queueTasks(folders), [name]);
  const { log } = task!.process ?? {};
  if (log === undefined || !existsSync(log)) {
    const why = task!.state === 'queued' ? 'it waits in the queue' : 'there is none';
    throw new AssayError('ASSAY_EXP_NO_LOG', `${name} has no log: ${why}`, { hint: 'See `assay queue status`.' });
  }
  const decoder = decoderOf(encoding);
  for (let at = 0; ; ) {
    const running = queueTasks(folders).some(
      ({ entry, state }) => entry.stash === task!.entry.stash && state === 'running' && ownerOf(entry.file) !== 'dead',
    );
    const bytes = readFrom(log, at);
    at += bytes.length;
    if (bytes.length > 0) write(decoder.decode(bytes, { stream: true }));
    if (!follow || (!running && bytes.length === 0)) return;
    if (bytes.length === 0) await sleep(300, undefined, { signal });
  }
}

/** @throws AssayError `ASSAY_CLI_VALUE` */
function decoderOf(encoding: string) {
  try {
    return new TextDecoder(encoding);
  } catch {
    throw new AssayError('ASSAY_CLI_VALUE', `there is no encoding ${encoding}`, {
      hint: 'For instance utf-8, latin1.',
    });
  }
}

function readFrom(file: string, offset: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let at = offset; ; ) {
      const buffer = Buffer.alloc(64 * 1024);
      const count = readSync(descriptor, buffer, 0, buffer.length, at);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(buffer.subarray(0, count));
      at += count;
    }
  } finally {
    closeSync(descriptor);
  }
}

function found(tasks: readonly QueueTask[], names: readonly string[]): readonly QueueTask[] {
  const matches = names.map((name) => findTask(tasks, name));
  const unknown = names.filter((_, i) => !matches[i]);
  if (unknown.length > 0) throw noExperiment(unknown);
  return [...new Set(matches as readonly QueueTask[])];
}
