import {
  checkoutTargets,
  commitStage,
  fetch,
  findStages,
  locked,
  ParamsCache,
  shownAddress,
  statusOf,
  type Workplace,
} from '../data/index.ts';
import { type RepositoryIndex, readIndex, type TrackedStage, workspaceTree } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { endLeftovers, ProcessExecutor } from '../executors/index.ts';
import { downstreamOf, orderStages, toStageGraph, upstreamOf } from '../pipelines/index.ts';
import { Contents, dvcKeeping, type Run, runPipeline } from '../runs/index.ts';
import { defineCommand } from './command.ts';
import { ensureLedger } from './recorded-project.ts';
import { RunReport, runResult } from './run-report.ts';
import { implementationOf, launcher } from './stage-code.ts';

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    force: { short: 'f', description: 'run stages also where nothing changed' },
    singleItem: { short: 's', description: 'only the targets, not what they need' },
    pipeline: { short: 'p', description: 'the whole pipelines that the targets belong to' },
    allPipelines: { short: 'P', description: 'every pipeline of the repository' },
    recursive: { short: 'R', description: 'targets are folders that hold stages' },
    downstream: { description: 'the targets and all that needs them' },
    pull: { description: 'fetch what is missing from the remote first' },
    allowMissing: { description: 'what is missing, but not changed, does not make a stage run' },
    dry: { description: 'only say what would run' },
    keepGoing: { short: 'k', description: 'run what does not need a stage that failed' },
    noCommit: { description: 'leave results out of the cache' },
    noRunCache: { description: 'use no remembered results' },
    jobs: { short: 'j', value: 'N', number: true, description: 'how many stages side by side (default 1)' },
  },
  details: [
    'Stages that are ready run side by side with -j. A stage that fails does not stop those that do not need it, with or without',
    '-k. Every run is sealed in the ledger: see `assay runs`.',
  ].join('\n'),
  async run({ arguments: targets, options, context, output, signal }) {
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    const { repository } = workplace;
    const planned = await locked(workplace, async () => {
      if (options.pull) {
        await fetch(workplace, [], { allowMissing: true });
        await checkoutTargets(workplace, [], {});
      }
      const index = await readIndex(repository, workspaceTree(repository));
      const chosen = await chooseStages(workplace, index, targets, options);
      if (!options.dry) await commitSources(workplace, chosen, options.allowMissing);
      return chosen;
    });
    const stages = planned.filter((stage) => stage.cmd.length > 0);
    if (options.dry) return dryRun(workplace, stages, options.force, output);
    if (stages.length === 0) {
      output.print('There are no stages to run.');
      output.result({ stages: [] });
      return 0;
    }
    if (await ensureLedger(context, repository.root)) output.note('Made .assay/, which keeps a record of each run.');
    context.checkCanSeal();
    const store = context.objects();
    const [records, live] = [await context.records(), await context.live()];
    const report = new RunReport(output);
    const jobs = Math.max(1, Math.floor(options.jobs ?? 1));
    try {
      const run = await runPipeline(
        toStageGraph(repository.root, stages, context.environment),
        {
          project: context.project(),
          live,
          records,
          contents: new Contents(store),
          executorOf: (id) => new ProcessExecutor({ runMarker: id, slots: jobs }),
          endLeftovers,
          implementation: implementationOf,
          launcher: launcher ?? '',
          environment: context.environment,
          clock: context.clock,
          keepingOf: (deciding) =>
            dvcKeeping(workplace, deciding, {
              stages,
              force: options.force,
              noRunCache: options.noRunCache,
              noCommit: options.noCommit,
              allowMissing: options.allowMissing,
            }),
        },
        { jobs, wait: true, command: 'assay repro', onEvent: (event) => report.tell(event), signal },
      );
      output.result(runResult(run));
      return exitCode(run);
    } finally {
      report.close();
    }
  },
});

interface Choice {
  readonly singleItem: boolean;
  readonly pipeline: boolean;
  readonly allPipelines: boolean;
  readonly recursive: boolean;
  readonly downstream: boolean;
}

/** In an order in which every stage comes after those it needs. */
async function chooseStages(
  workplace: Workplace,
  index: RepositoryIndex,
  targets: readonly string[],
  options: Choice,
): Promise<readonly TrackedStage[]> {
  const all = orderStages(index.stages).map(({ stage }) => stage);
  if (options.allPipelines) return all;
  const words = targets.length > 0 ? targets : ['dvc.yaml'];
  const named = await findStages(workplace, words, { recursive: options.recursive, index });
  if (options.singleItem) return all.filter((stage) => named.includes(stage));
  if (options.downstream) return downstreamOf(all, named);
  if (!options.pipeline) return upstreamOf(all, named);
  // Everything that hangs together with a target, whichever way.
  let group = new Set(named);
  for (let before = -1; before !== group.size; ) {
    before = group.size;
    group = new Set(downstreamOf(all, upstreamOf(all, [...group])));
  }
  return all.filter((stage) => group.has(stage));
}

/** Data that was changed by hand is taken as it is, as DVC does. */
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

async function dryRun(
  workplace: Workplace,
  stages: readonly TrackedStage[],
  force: boolean,
  output: { print(text: string): void; result(value: unknown): void },
): Promise<number> {
  const status = await statusOf(workplace, stages);
  const rerun = new Set<TrackedStage>();
  for (const { stage, needs } of orderStages(stages)) {
    const changed = force || !stage.locked || shownAddress(workplace, stage) in status;
    if (!stage.frozen && (changed || needs.some((need) => rerun.has(need)))) rerun.add(stage);
  }
  for (const stage of rerun) {
    output.print(`Running stage '${stage.address}':`);
    for (const one of stage.cmd) output.print(`> ${one}`);
  }
  if (rerun.size === 0) output.print('Data and pipelines are up to date.');
  output.result({ stages: [...rerun].map((stage) => ({ stage: stage.address, cmd: stage.cmd })) });
  return 0;
}

function exitCode(run: Run): number {
  if (run.state === 'cancelled') return 252;
  return run.state === 'succeeded' ? 0 : 255;
}
