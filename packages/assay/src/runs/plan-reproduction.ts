import { existsSync } from 'node:fs';
import {
  commitStage,
  findStages,
  ParamsCache,
  placeOf,
  shownAddress,
  statusOf,
  type Workplace,
} from '../data/index.ts';
import { type RepositoryIndex, readIndex, type TrackedStage, workspaceTree } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { downstreamOf, orderStages, upstreamOf } from '../pipelines/index.ts';
import { pullMissing } from './pull-missing.ts';

/** Which stages of a DVC repository are meant. */
interface StageChoice {
  /** As the person names them; without any, the `dvc.yaml` of the folder they are in. */
  readonly targets: readonly string[];
  readonly singleItem: boolean;
  readonly pipeline: boolean;
  readonly allPipelines: boolean;
  readonly recursive: boolean;
  readonly downstream: boolean;
  /** Targets are patterns of stages' names. */
  readonly glob?: boolean;
}

export interface PlanOptions extends StageChoice {
  /** Fetches first what is missing of stages that have not changed, and of what they need. */
  readonly pull: boolean;
  /** Fetches no remembered results of stages. */
  readonly noRunCache?: boolean;
  readonly allowMissing: boolean;
  /** Changes nothing. */
  readonly dry: boolean;
  /** Asked before data that was changed by hand is taken as it is. */
  readonly confirm?: Confirm;
}

/** Asks whether a stage is to be reproduced. */
export type Confirm = (stage: string) => Promise<boolean>;

/** @throws AssayError `ASSAY_STAGE_DECLINED` */
export async function checkConfirmed(stage: string, confirm: Confirm | undefined): Promise<void> {
  if ((await confirm?.(stage)) !== false) return;
  throw new AssayError('ASSAY_STAGE_DECLINED', `${stage} was not to be reproduced`, {
    hint: 'Answer y to go on with it.',
  });
}

/**
 * The stages that are to be reproduced, every one after those it needs. Unless it is a dry run, data that was changed by hand
 * is taken as it is, as DVC does. The caller holds the repository's lock.
 * @throws AssayError `ASSAY_RUN_INPUT_MISSING`, and those of finding stages
 */
export async function planReproduction(workplace: Workplace, options: PlanOptions): Promise<readonly TrackedStage[]> {
  const { repository } = workplace;
  const index = await readIndex(repository, workspaceTree(repository));
  const chosen = await chooseStages(workplace, options, index);
  if (options.dry) return chosen;
  if (options.pull) await pullMissing(workplace, chosen, index, { runCache: options.noRunCache !== true });
  await commitSources(workplace, chosen, options);
  return chosen;
}

async function chooseStages(
  workplace: Workplace,
  choice: StageChoice,
  index: RepositoryIndex,
): Promise<readonly TrackedStage[]> {
  const all = orderStages(index.stages).map(({ stage }) => stage);
  if (choice.allPipelines) return all;
  const words = choice.targets.length > 0 ? choice.targets : ['dvc.yaml'];
  const named = await findStages(workplace, words, { recursive: choice.recursive, glob: choice.glob === true, index });
  if (choice.pipeline) {
    // Everything that hangs together with a target, whichever way.
    let group = new Set(named);
    for (let before = -1; before !== group.size; ) {
      before = group.size;
      group = new Set(downstreamOf(all, upstreamOf(all, [...group], true), true));
    }
    return all.filter((stage) => group.has(stage));
  }
  if (choice.singleItem) return all.filter((stage) => named.includes(stage));
  return choice.downstream ? downstreamOf(all, named, true) : upstreamOf(all, named, true);
}

async function commitSources(
  workplace: Workplace,
  stages: readonly TrackedStage[],
  { allowMissing, confirm }: PlanOptions,
): Promise<void> {
  const sources = stages.filter(
    (stage) => stage.name === undefined && stage.cmd.length === 0 && (stage.frozen || stage.deps.length === 0),
  );
  const status = await statusOf(workplace, sources);
  const params = new ParamsCache(workplace);
  for (const stage of sources) {
    const changes = JSON.stringify(status[shownAddress(workplace, stage)] ?? []);
    const missing = stage.outs.some((out) => {
      const place = placeOf(workplace, out);
      return place !== undefined && out.checksum !== undefined && !existsSync(place);
    });
    if (missing && !allowMissing) {
      throw new AssayError('ASSAY_RUN_INPUT_MISSING', `the data of ${stage.address} is not there`, {
        hint: 'Bring it back with `assay checkout` or `assay pull`, or run with --pull.',
      });
    }
    if (missing || !changes.includes('"modified"')) continue;
    await checkConfirmed(stage.address, confirm);
    await commitStage(workplace, stage, params);
  }
}

/** The stages that would run, as far as it is known before any of them did. */
export async function wouldRun(
  workplace: Workplace,
  stages: readonly TrackedStage[],
  force: boolean,
): Promise<readonly TrackedStage[]> {
  const status = await statusOf(workplace, stages);
  const rerun = new Set<TrackedStage>();
  for (const { stage, needs } of orderStages(stages)) {
    const changed = force || !stage.locked || shownAddress(workplace, stage) in status;
    if (!stage.frozen && (changed || needs.some((need) => rerun.has(need)))) rerun.add(stage);
  }
  return [...rerun];
}
