import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Workplace } from '../data/index.ts';
import { replaceFile } from '../durable-file.ts';
import { gitTopOf } from '../dvc/index.ts';
import type { ReproduceDependencies } from '../runs/index.ts';
import { claimNext, giveBack, killRequests, returnOrphans } from './claims.ts';
import { type QueueEntry, type QueueFolders, queueFolders } from './queue-files.ts';
import { experimentRefs } from './refs.ts';
import type { ExperimentListeners, RanExperiment } from './run-in-workspace.ts';
import { runInWorktree } from './run-in-worktree.ts';
import { dropStashed, pushStash } from './stash.ts';

export interface WorkListeners extends Pick<ExperimentListeners, 'signal'> {
  readonly onStart?: (name: string) => void;
  readonly onEnd?: (ran: RanExperiment) => void;
}

/**
 * Works off the queue, so many experiments side by side, until it is empty or somebody asked workers to stop. Several processes
 * may do so at once: each task is run by one of them. A task whose process was killed is in the queue again.
 */
export async function workOffQueue(
  workplace: Workplace,
  jobs: number,
  dependencies: () => Promise<ReproduceDependencies>,
  listeners: WorkListeners,
): Promise<readonly RanExperiment[]> {
  const folders = queueFolders(workplace.repository);
  const began = Date.now();
  returnOrphans(folders);
  const done: RanExperiment[] = [];
  const worker = async () => {
    while (!listeners.signal.aborted && !stopAsked(folders, began)) {
      const entry = claimNext(folders);
      if (!entry) return;
      const ran = await runTask(workplace, folders, entry, dependencies, listeners);
      done.push(ran);
      listeners.onEnd?.(ran);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.floor(jobs)) }, worker));
  return done;
}

async function runTask(
  workplace: Workplace,
  folders: QueueFolders,
  entry: QueueEntry,
  dependencies: () => Promise<ReproduceDependencies>,
  { signal, onStart }: WorkListeners,
): Promise<RanExperiment> {
  const top = gitTopOf(workplace.repository);
  const { stash, baseline, copyPaths, message } = entry;
  const name = entry.name ?? `exp-${stash.slice(0, 5)}`;
  const head = entry.head ?? baseline;
  const kill = killRequests(folders, stash);
  onStart?.(name);
  try {
    const ran = await runInWorktree(
      workplace,
      { stash, head, baseline, name, message, copyPaths, location: 'dvc-task' },
      dependencies,
      { signal: AbortSignal.any([signal, kill.signal]) },
    );
    // Interrupted, not failed: it waits again.
    if (ran.rev === undefined && signal.aborted) {
      giveBack(folders, entry);
      return ran;
    }
    if (ran.rev === undefined) {
      await pushStash(top, experimentRefs.failed, stash, `dvc-exp:${head}:${baseline}:${name}`);
    }
    writeResult(folders, entry.id, workplace.clock());
    await dropStashed(top, experimentRefs.queue, [stash]);
    return ran;
  } catch (error) {
    giveBack(folders, entry);
    throw error;
  } finally {
    kill.stop();
  }
}

/** As celery writes it: whether the experiment succeeded is told by its `.run` file. */
function writeResult({ results }: QueueFolders, id: string, now: Date): void {
  if (!/^[0-9a-zA-Z-]+$/.test(id)) return;
  mkdirSync(results, { recursive: true });
  const result = {
    status: 'SUCCESS',
    result: null,
    traceback: null,
    children: [],
    date_done: now.toISOString(),
    task_id: id,
  };
  replaceFile(join(results, `celery-task-meta-${id}`), JSON.stringify(result));
}

function stopFile({ results }: QueueFolders): string {
  return join(dirname(results), 'assay-stop');
}

/** Workers that run now take no further task. */
export function askToStop(folders: QueueFolders): void {
  mkdirSync(dirname(folders.results), { recursive: true });
  writeFileSync(stopFile(folders), '');
}

function stopAsked(folders: QueueFolders, since: number): boolean {
  const asked = statSync(stopFile(folders), { throwIfNoEntry: false });
  return asked !== undefined && asked.mtimeMs >= since;
}
