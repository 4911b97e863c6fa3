import {
  filesOf,
  isAlive,
  type ProcessInfo,
  type QueueEntry,
  type QueueFolders,
  type RunInfo,
  readMessages,
  readProcessInfo,
  readRunInfo,
  taskResult,
} from './queue-files.ts';

export interface QueueTask {
  readonly entry: QueueEntry;
  readonly state: 'running' | 'queued' | 'failed' | 'success';
  readonly info: RunInfo | undefined;
  readonly process: ProcessInfo | undefined;
}

/** Every task of the queue: running ones first, then those that wait, failed and successful ones, as DVC lists them. */
export function queueTasks(folders: QueueFolders): readonly QueueTask[] {
  const taken = readMessages(folders.taken).flatMap((entry): QueueTask[] => {
    const info = readRunInfo(folders.runs, entry.stash);
    const process = readProcessInfo(folders.runs, entry.stash);
    const state =
      taskResult(folders, entry.id) === undefined
        ? 'running'
        : info?.resultHash === undefined
          ? 'failed'
          : info.resultRef === undefined
            ? undefined
            : 'success';
    return state === undefined ? [] : [{ entry, state, info, process }];
  });
  const waiting = readMessages(folders.waiting).map(
    (entry): QueueTask => ({ entry, state: 'queued', info: undefined, process: undefined }),
  );
  const of = (state: QueueTask['state']) => taken.filter((task) => task.state === state);
  return [...of('running'), ...waiting, ...of('failed'), ...of('success')];
}

/** What runs outside of the queue: in the workspace, or in a folder of its own. */
export interface LooseRun {
  /** `workspace`, or the stash commit. */
  readonly key: string;
  readonly info: RunInfo;
  readonly process: ProcessInfo | undefined;
}

export function looseRuns(folders: QueueFolders): readonly LooseRun[] {
  const found: LooseRun[] = [];
  const take = (runs: string, key: string) => {
    const info = readRunInfo(runs, key);
    const process = readProcessInfo(runs, key);
    if (info && info.status < 3 && isAlive(process?.pid)) found.push({ key, info, process });
  };
  take(folders.runs, 'workspace');
  for (const key of filesOf(folders.standaloneRuns)) take(folders.standaloneRuns, key);
  return found;
}
