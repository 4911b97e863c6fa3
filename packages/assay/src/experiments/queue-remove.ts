import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { gitTopOf, type Repository } from '../dvc/index.ts';
import { queueFolders } from './queue-files.ts';
import type { QueueTask } from './queue-tasks.ts';
import { experimentRefs } from './refs.ts';
import { dropStashed } from './stash.ts';

/** Takes tasks out of the queue, with what is kept of those that have ended. */
export async function removeTasks(repository: Repository, tasks: readonly QueueTask[]): Promise<void> {
  if (tasks.length === 0) return;
  const { results, runs } = queueFolders(repository);
  for (const { entry, state } of tasks) {
    rmSync(entry.file, { force: true });
    if (state === 'queued') continue;
    if (/^[0-9a-zA-Z-]+$/.test(entry.id)) rmSync(join(results, `celery-task-meta-${entry.id}`), { force: true });
    rmSync(join(runs, entry.stash), { recursive: true, force: true });
  }
  const stashes = tasks.map(({ entry }) => entry.stash);
  await dropStashed(gitTopOf(repository), experimentRefs.queue, stashes);
  await dropStashed(gitTopOf(repository), experimentRefs.failed, stashes);
}
