import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from '../dvc/index.ts';
import { isErrno } from '../errno.ts';

/**
 * DVC's queue is a folder of messages (kombu's `filesystem` transport): `in` those that wait, `processed` those that somebody
 * took, `result` how they ended. They are the truth here as well, so both programs see, and work off, one queue.
 */
export interface QueueFolders {
  readonly waiting: string;
  readonly taken: string;
  readonly results: string;
  readonly control: string;
  /** `<stash commit>/<stash commit>.{json,run,out}` of each that was started. */
  readonly runs: string;
  /** The same of those that run in a folder of their own without a queue. */
  readonly standaloneRuns: string;
  /** Folders in which experiments run. */
  readonly worktrees: string;
}

export function queueFolders({ temporary }: Repository): QueueFolders {
  const base = join(temporary, 'exps');
  return {
    waiting: join(base, 'celery', 'broker', 'in'),
    taken: join(base, 'celery', 'broker', 'processed'),
    results: join(base, 'celery', 'result'),
    control: join(base, 'celery', 'broker', 'control'),
    runs: join(base, 'run'),
    standaloneRuns: join(base, 'standalone', 'run'),
    worktrees: base,
  };
}

/** An experiment in the queue. */
export interface QueueEntry {
  /** The task's id in DVC's queue. */
  readonly id: string;
  /** The message's file. */
  readonly file: string;
  readonly stash: string;
  readonly baseline: string;
  readonly head: string | undefined;
  readonly name: string | undefined;
  readonly branch: string | undefined;
  readonly copyPaths: readonly string[];
  readonly message: string | undefined;
}

const taskName = 'dvc.repo.experiments.queue.tasks.run_exp';

/** In the order in which they were put there. */
export function readMessages(folder: string): readonly QueueEntry[] {
  return filesOf(folder)
    .filter((name) => name.endsWith('.celery.msg'))
    .flatMap((name) => parseMessage(readText(join(folder, name)), join(folder, name)) ?? []);
}

/** Undefined for messages of other kinds, and for what cannot be read. */
export function parseMessage(text: string | undefined, file: string): QueueEntry | undefined {
  try {
    const { body, headers } = JSON.parse(text ?? '') as { body: string; headers: Record<string, unknown> };
    if (headers.task !== taskName || typeof headers.id !== 'string') return undefined;
    const [args, kwargs] = JSON.parse(Buffer.from(body, 'base64').toString('utf8')) as [
      readonly Record<string, unknown>[],
      Record<string, unknown>,
    ];
    const entry = (kwargs.entry_dict ?? args[0]) as Record<string, unknown>;
    const string = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
    const commit = (value: unknown) => (/^[0-9a-f]{40,64}$/.test(String(value)) ? String(value) : undefined);
    const [stash, baseline] = [commit(entry.stash_rev), commit(entry.baseline_rev)];
    if (stash === undefined || baseline === undefined) return undefined;
    const { copy_paths: copyPaths } = kwargs;
    return {
      id: headers.id,
      file,
      stash,
      baseline,
      head: commit(entry.head_rev),
      name: string(entry.name),
      branch: string(entry.branch),
      copyPaths: Array.isArray(copyPaths) ? copyPaths.map(String) : [],
      message: string(kwargs.message),
    };
  } catch {
    return undefined;
  }
}

/** How a task ended; undefined while it has not. */
export function taskResult({ results }: QueueFolders, id: string): 'SUCCESS' | 'FAILURE' | undefined {
  if (!/^[0-9a-zA-Z-]+$/.test(id)) return undefined;
  const { status } = readJson(join(results, `celery-task-meta-${id}`));
  if (status === 'SUCCESS') return 'SUCCESS';
  return status === 'FAILURE' || status === 'REVOKED' ? 'FAILURE' : undefined;
}

/** What DVC keeps of a run; `status` counts from pending 0 over running 2, success 3, failed 4, to finished 6. */
export interface RunInfo {
  readonly root: string | undefined;
  readonly dvcFolder: string;
  readonly baseline: string | undefined;
  readonly name: string | undefined;
  readonly location: string | undefined;
  readonly resultHash: string | undefined;
  readonly resultRef: string | undefined;
  readonly status: number;
}

export function readRunInfo(runs: string, name: string): RunInfo | undefined {
  const file = join(runs, name, `${name}.run`);
  if (!existsSync(file)) return undefined;
  const found = readJson(file);
  const string = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return {
    root: string(found.root_dir),
    dvcFolder: string(found.dvc_dir) ?? '.dvc',
    baseline: string(found.baseline_rev),
    name: string(found.name),
    location: string(found.location),
    resultHash: string(found.result_hash),
    resultRef: string(found.result_ref),
    status: typeof found.status === 'number' ? found.status : 0,
  };
}

export interface ProcessInfo {
  readonly pid: number | undefined;
  readonly log: string | undefined;
  readonly exitCode: number | undefined;
}

export function readProcessInfo(runs: string, name: string): ProcessInfo | undefined {
  const file = join(runs, name, `${name}.json`);
  if (!existsSync(file)) return undefined;
  const { pid, stdout, returncode } = readJson(file);
  return {
    pid: typeof pid === 'number' ? pid : undefined,
    log: typeof stdout === 'string' ? stdout : undefined,
    exitCode: typeof returncode === 'number' ? returncode : undefined,
  };
}

export function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}

export function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function readJson(file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
