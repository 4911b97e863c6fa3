import type { Workplace } from '../data/index.ts';
import { gitTopOf, type Repository, requireGit, runGit } from '../dvc/index.ts';
import { type BaselineChoice, baselinesOf } from './baselines.ts';
import { queueFolders } from './queue-files.ts';
import { removeTasks } from './queue-remove.ts';
import { type QueueTask, queueTasks } from './queue-tasks.ts';
import {
  type ExperimentRef,
  experimentRefs,
  findExperiment,
  headOf,
  listExperiments,
  listRemoteExperiments,
  noExperiment,
} from './refs.ts';
import { findTask } from './resolve.ts';

export interface RemoveOptions extends Pick<BaselineChoice, 'revs' | 'num'> {
  readonly names: readonly string[];
  readonly allCommits: boolean;
  /** All that wait in the queue. */
  readonly queue: boolean;
  /** From this git remote, in place of here. */
  readonly remote?: string | undefined;
  /** Removes all but those. */
  readonly keep: boolean;
}

/**
 * Removes experiments. Their commits and results stay until git's and DVC's garbage collection.
 * @returns their names
 * @throws AssayError `ASSAY_EXP_NOT_FOUND`, `ASSAY_EXP_AMBIGUOUS`, `ASSAY_EXP_REMOTE`, `ASSAY_GIT_FAILED`
 */
export async function removeExperiments(workplace: Workplace, options: RemoveOptions): Promise<readonly string[]> {
  const { repository } = workplace;
  const { remote, names } = options;
  const all =
    remote === undefined ? await listExperiments(repository) : await listRemoteExperiments(repository, remote);
  const tasks = remote === undefined ? queueTasks(queueFolders(repository)) : [];
  const gone: QueueTask[] = options.queue ? tasks.filter(({ state }) => state === 'queued') : [];
  const removed = gone.map(taskName);
  let refs: readonly ExperimentRef[] = [];
  if (names.length > 0) {
    const head = await headOf(repository);
    const found = names.map((name) => ({
      name,
      ref: findExperiment(all, name, head),
      task: findTask(
        tasks.filter(({ state }) => state !== 'running'),
        name,
      ),
    }));
    const unknown = found.filter(({ ref, task }) => !ref && !task).map(({ name }) => name);
    if (unknown.length > 0) throw noExperiment(unknown);
    refs = found.flatMap(({ ref }) => ref ?? []);
    gone.push(...found.flatMap(({ task }) => task ?? []));
    removed.push(...names);
  } else if (options.revs?.length || options.allCommits) {
    const baselines = options.revs?.length ? new Set(await baselinesOf(repository, options)) : undefined;
    refs = all.filter(({ baseline }) => !baselines || baselines.has(baseline));
    removed.push(...refs.map(({ name }) => name));
  }
  if (options.keep) {
    const kept = new Set(refs.map(({ ref }) => ref));
    refs = all.filter(({ ref }) => !kept.has(ref));
    removed.splice(0, removed.length, ...refs.map(({ name }) => name));
  }
  if (remote !== undefined) await removeFromRemote(repository, remote, refs);
  else await removeRefs(repository, refs);
  await removeTasks(repository, gone);
  return removed;
}

function taskName({ entry }: QueueTask): string {
  return entry.name ?? entry.stash.slice(0, 7);
}

async function removeRefs(repository: Repository, refs: readonly ExperimentRef[]): Promise<void> {
  if (refs.length === 0) return;
  const top = gitTopOf(repository);
  const applied = (await runGit(top, ['rev-parse', '--verify', '--quiet', experimentRefs.applied]))
    ?.toString('utf8')
    .trim();
  const own = refs.some(({ rev }) => rev === applied) ? [`delete ${experimentRefs.applied}`] : [];
  const input = [...refs.map(({ ref, rev }) => `delete ${ref} ${rev}`), ...own].join('\n');
  await requireGit(top, ['update-ref', '--stdin'], { input: `${input}\n` });
}

async function removeFromRemote(repository: Repository, remote: string, refs: readonly ExperimentRef[]): Promise<void> {
  if (refs.length === 0) return;
  const deletions = refs.map(({ ref }) => `:${ref}`);
  await requireGit(gitTopOf(repository), ['push', '--quiet', '--end-of-options', remote, ...deletions]);
}
