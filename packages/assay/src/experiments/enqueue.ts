import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { locked, type Workplace } from '../data/index.ts';
import { replaceFile } from '../durable-file.ts';
import { gitTopOf } from '../dvc/index.ts';
import { type Override, overrideText, sweepCombinations } from './override.ts';
import { queueFolders } from './queue-files.ts';
import { queueTasks } from './queue-tasks.ts';
import { experimentRefs, headOf } from './refs.ts';
import { chooseName, type ExperimentRequest } from './request.ts';
import { pushStash } from './stash.ts';
import { type StashedExperiment, stashExperiment } from './stash-experiment.ts';

export interface QueuedExperiment {
  readonly name: string;
  readonly stash: string;
  /** As the person could have written them one by one, by file. */
  readonly overrides: ReadonlyMap<string, readonly string[]>;
}

/**
 * Puts an experiment into the queue, or one for each combination of a sweep; with a name, they get numbers after it. DVC finds
 * them in the queue as well.
 * @throws AssayError of the name, the overrides, and of git
 */
export async function enqueueExperiments(
  workplace: Workplace,
  request: ExperimentRequest,
  onQueued: (queued: QueuedExperiment) => void,
): Promise<void> {
  const { repository } = workplace;
  const top = gitTopOf(repository);
  const baseline = await headOf(repository);
  const folders = queueFolders(repository);
  const taken = new Set(queueTasks(folders).flatMap(({ entry }) => entry.name ?? []));
  const combinations = sweepCombinations(request.overrides);
  await locked(workplace, async () => {
    for (const [i, overrides] of combinations.entries()) {
      const wanted =
        request.name === undefined || combinations.length === 1 ? request.name : `${request.name}-${i + 1}`;
      const name = await chooseName(repository, baseline, { ...request, name: wanted }, taken);
      taken.add(name);
      const stashed = await stashExperiment(workplace, { ...request, overrides }, { name, baseline });
      // First the commit, so that git keeps it; then the message, by which it is in the queue.
      await pushStash(top, experimentRefs.queue, stashed.commit, stashed.message);
      putMessage(workplace, request, stashed);
      onQueued({ name, stash: stashed.commit, overrides: texts(overrides) });
    }
  });
}

function texts(overrides: ReadonlyMap<string, readonly Override[]>): ReadonlyMap<string, readonly string[]> {
  return new Map([...overrides].map(([file, list]) => [file, list.map(overrideText)]));
}

/** A task for DVC's workers, as celery writes it. */
function putMessage({ repository }: Workplace, request: ExperimentRequest, stashed: StashedExperiment): void {
  const { waiting } = queueFolders(repository);
  const id = randomUUID();
  const entry = {
    dvc_root: repository.root,
    scm_root: gitTopOf(repository),
    stash_ref: experimentRefs.queue,
    stash_rev: stashed.commit,
    baseline_rev: stashed.baseline,
    branch: null,
    name: stashed.name,
    head_rev: stashed.baseline,
  };
  const { message = null, copyPaths } = request;
  const body = [
    [entry],
    { copy_paths: copyPaths, message },
    { callbacks: null, errbacks: null, chain: null, chord: null },
  ];
  const task = {
    body: Buffer.from(JSON.stringify(body)).toString('base64'),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers: {
      lang: 'py',
      task: 'dvc.repo.experiments.queue.tasks.run_exp',
      id,
      shadow: null,
      eta: null,
      expires: null,
      group: null,
      group_index: null,
      retries: 0,
      timelimit: [null, null],
      root_id: id,
      parent_id: null,
      argsrepr: '',
      kwargsrepr: '',
      origin: 'assay',
      ignore_result: false,
      replaced_task_nesting: 0,
      stamped_headers: null,
      stamps: {},
    },
    properties: {
      correlation_id: id,
      reply_to: randomUUID(),
      delivery_mode: 2,
      delivery_info: { exchange: '', routing_key: 'celery' },
      priority: 0,
      body_encoding: 'base64',
      delivery_tag: randomUUID(),
    },
  };
  mkdirSync(waiting, { recursive: true });
  // Names are in the order of the queue: milliseconds of the system's monotonic clock, as kombu has them.
  const now = process.hrtime.bigint() / 1_000_000n;
  replaceFile(join(waiting, `${now}_${randomUUID()}.celery.msg`), JSON.stringify(task));
}
