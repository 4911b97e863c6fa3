import {
  checkoutTargets,
  commitStage,
  fetch,
  findStages,
  ParamsCache,
  shownAddress,
  statusOf,
  type Workplace,
} from '../data/index.ts';
import { readIndex, type TrackedStage, workspaceTree } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { downstreamOf, orderStages, upstreamOf } from '../pipelines/index.ts';

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
  /** Fetches what is missing first. */
  readonly pull: boolean;
  readonly allowMissing: boolean;
  /** Changes nothing. */
  readonly dry: boolean;
}

/**
 * The stages that are to be reproduced, every one after those it needs. Unless it is a dry run, data that was changed by hand
 * is taken as it is, as DVC does. The caller holds the repository's lock.
 * @throws AssayError `ASSAY_RUN_INPUT_MISSING`, and those of finding stages
 */
export async function planReproduction(workplace: Workplace, options: PlanOptions): Promise<readonly TrackedStage[]> {
  if (options.pull) {
    await fetch(workplace, [], { allowMissing: true, runCache: true });
    await checkoutTargets(workplace, [], {});
  }
  const chosen = await chooseStages(workplace, options);
  if (!options.dry) await commitSources(workplace, chosen, options.allowMissing);
  return chosen;
}

async function chooseStages(workplace: Workplace, choice: StageChoice): Promise<readonly TrackedStage[]> {
  const { repository } = workplace;
  const index = await readIndex(repository, workspaceTree(repository));
  const all = orderStages(index.stages).map(({ stage }) => stage);
  if (choice.allPipelines) return all;
  const words = choice.targets.length > 0 ? choice.targets : ['dvc.yaml'];
  const named = await findStages(workplace, words, { recursive: choice.recursive, glob: choice.glob === true, index });
  if (choice.singleItem) return all.filter((stage) => named.includes(stage));
  if (choice.downstream) return downstreamOf(all, named);
  if (!choice.pipeline) return upstreamOf(all, named);
  // Everything that hangs together with a target, whichever way.
  let group = new Set(named);
  for (let before = -1; before !== group.size; ) {
    before = group.size;
    group = new Set(downstreamOf(all, upstreamOf(all, [...group])));
  }
  return all.filter((stage) => group.has(stage));
}

async function commitSources(
  workplace: Workplace,
  stages: readonly TrackedStage[],
  allowMissing: boolean,
): Promise<void> {
  const sources = stages.filter(
    (stage) => stage.name === undefined && stage.cmd.length === 0 && stage.deps.length === 0,
  );
  const status = await statusOf(workplace, sources);
  const params = new ParamsCache(workplace);
  for (const stage of sources) {
    const changes = JSON.stringify(status[shownAddress(workplace, stage)] ?? []);
    const missing = changes.includes('"deleted"');
    if (missing && !allowMissing) {
      throw new AssayError('ASSAY_RUN_INPUT_MISSING', `the data of ${stage.address} is not there`, {
        hint: 'Bring it back with `assay checkout` or `assay pull`, or run with --pull.',
      });
    }
    if (!missing && changes.includes('"modified"')) await commitStage(workplace, stage, params);
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
