import type { Workplace } from '../data/index.ts';
import { resolveRevision } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { queueFolders } from './queue-files.ts';
import { type QueueTask, queueTasks } from './queue-tasks.ts';
import { findExperiment, headOf, listExperiments, noExperiment } from './refs.ts';

/**
 * The commit that a person means: a revision of git, an experiment, or one that waits in the queue.
 * @throws AssayError `ASSAY_EXP_NOT_FOUND`, `ASSAY_EXP_AMBIGUOUS`
 */
export async function resolveExperiment({ repository }: Workplace, name: string): Promise<string> {
  try {
    return await resolveRevision(repository, name);
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== 'ASSAY_DVC_NO_REVISION') throw error;
  }
  const found = findExperiment(await listExperiments(repository), name, await headOf(repository));
  if (found?.rev) return found.rev;
  const task = findTask(queueTasks(queueFolders(repository)), name);
  if (task) return task.entry.stash;
  throw noExperiment([name]);
}

/** By name, or the beginning of its stash commit. */
export function findTask(tasks: readonly QueueTask[], name: string): QueueTask | undefined {
  return (
    tasks.find(({ entry }) => entry.name === name) ??
    (/^[0-9a-f]{5,64}$/i.test(name) ? tasks.find(({ entry }) => entry.stash.startsWith(name.toLowerCase())) : undefined)
  );
}
