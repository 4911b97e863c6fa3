import type { Workplace } from '../data/index.ts';
import type { LockedStage, TrackedStage } from '../dvc/index.ts';
import { endLeftovers, ProcessExecutor } from '../executors/index.ts';
import type { FileObjectStore } from '../objects/index.ts';
import { toStageGraph } from '../pipelines/index.ts';
import { Contents } from './contents.ts';
import { type DvcKeepingOptions, dvcKeeping } from './dvc-keeping.ts';
import type { Run } from './run.ts';
import { type RunDependencies, type RunOptions, runPipeline } from './run-pipeline.ts';
import type { OnFailure } from './scheduler.ts';
import { StageTurns } from './stage-turns.ts';

/** What a recorded run of DVC's stages needs of its surroundings. */
export interface ReproduceDependencies
  extends Pick<
    RunDependencies,
    'project' | 'records' | 'live' | 'implementation' | 'launcher' | 'environment' | 'clock'
  > {
  readonly store: FileObjectStore;
}

export interface ReproduceOptions
  extends Omit<DvcKeepingOptions, 'stages' | 'turns' | 'onLocked'>,
    Pick<RunOptions, 'command' | 'onEvent' | 'signal'> {
  readonly jobs: number;
  readonly onFailure?: OnFailure;
  /** Of every stage's command, beside the caller's and DVC's own. */
  readonly variables?: Readonly<Record<string, string>>;
  /** What the run is recorded as, where the folder's name says too little. */
  readonly name?: string;
  readonly description?: string;
}

export interface Reproduced {
  readonly run: Run;
  /** What the lock now says of the stages that ran, or were brought back from an earlier run. */
  readonly changed: ReadonlyMap<TrackedStage, LockedStage>;
}

/**
 * Brings DVC's stages up to date as one recorded run: results go where DVC keeps them, and the run is sealed.
 * @param planned as `planReproduction` answers
 * @throws as `runPipeline`
 */
export async function reproduce(
  workplace: Workplace,
  planned: readonly TrackedStage[],
  { store, ...dependencies }: ReproduceDependencies,
  {
    jobs,
    onFailure = 'stop',
    command,
    onEvent,
    signal,
    variables = {},
    name,
    description,
    ...keeping
  }: ReproduceOptions,
): Promise<Reproduced> {
  const { root } = workplace.repository;
  const stages = planned.filter((stage) => stage.cmd.length > 0);
  const changed = new Map<TrackedStage, LockedStage>();
  const graph = toStageGraph(root, stages, dependencies.environment, variables);
  const turns = new StageTurns(workplace, command ?? 'assay repro');
  try {
    const run = await runPipeline(
      { ...graph, name: name ?? graph.name, description: description ?? graph.description },
      {
        ...dependencies,
        contents: new Contents(store),
        executorOf: (id) => new ProcessExecutor({ runMarker: id, slots: jobs }),
        endLeftovers,
        keepingOf: (deciding) =>
          dvcKeeping(workplace, deciding, {
            ...keeping,
            stages,
            turns,
            onLocked: (stage, locked) => changed.set(stage, locked),
          }),
      },
      {
        jobs,
        onFailure,
        wait: true,
        ...(command === undefined ? {} : { command }),
        ...(onEvent === undefined ? {} : { onEvent }),
        ...(signal === undefined ? {} : { signal }),
      },
    );
    return { run, changed };
  } finally {
    await turns.end();
  }
}
