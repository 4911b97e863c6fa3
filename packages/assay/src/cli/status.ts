import { cloudStatus, findStages, type LookElsewhere, statusOf, type Workplace, withUpstream } from '../data/index.ts';
import { pythonJson, type TrackedStage, type Value } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';
import { toTransferOptions, transferOptions } from './transfer-options.ts';

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    cloud: { short: 'c', description: 'compare the cache with the remote' },
    remote: transferOptions.remote,
    jobs: transferOptions.jobs,
    allBranches: transferOptions.allBranches,
    allTags: transferOptions.allTags,
    allCommits: transferOptions.allCommits,
    withDeps: transferOptions.withDeps,
    recursive: { short: 'R', description: 'targets are folders that hold tracked data' },
    noUpdates: { description: 'do not ask where imports are from for newer data' },
  },
  details: 'With -q nothing is printed, and the exit code is 1 when something changed.',
  async run({ arguments: targets, options, context, output, signal }) {
    const workplace = await context.workplace(signal);
    const inCloud = options.cloud || options.remote !== undefined;
    if (!inCloud && (options.allBranches || options.allTags || options.allCommits || options.jobs !== undefined)) {
      throw new AssayError('ASSAY_CLI_VALUE', '--all-branches, --all-tags, --all-commits and --jobs mean the remote', {
        hint: 'Say --cloud as well.',
      });
    }
    if (inCloud) {
      const status = await cloudStatus(
        workplace,
        targets,
        toTransferOptions({ ...options, runCache: false, allowMissing: true }),
      );
      return tell(
        status,
        `Cache and remote '${options.remote ?? workplace.repository.config.defaultRemote()}' are in sync.`,
        1,
      );
    }
    const named = await findStages(workplace, targets, { recursive: options.recursive });
    const stages = options.withDeps && targets.length > 0 ? await withUpstream(workplace, named) : named;
    const updates = options.noUpdates ? undefined : await lookElsewhere(workplace, stages);
    const status = await statusOf(workplace, stages, updates);
    const quiet =
      stages.length === 0
        ? 'There are no data or pipelines tracked in this project yet.\nBegin with `assay add` or `assay stage add`.'
        : 'Data and pipelines are up to date.';
    return tell(status, quiet, 0);

    function tell(status: object, otherwise: string, depth: number): number {
      const changed = Object.keys(status).length > 0;
      if (output.json) output.raw(`${pythonJson(status as Value)}\n`);
      else if (changed) for (const line of statusLines(status, depth)) output.print(line);
      else output.print(otherwise);
      return output.quiet && changed ? 1 : 0;
    }
  },
});

/** Other repositories are looked into and addresses are looked into only when something is from there. */
async function lookElsewhere(
  workplace: Workplace,
  stages: readonly TrackedStage[],
): Promise<LookElsewhere | undefined> {
  if (!stages.some((stage) => stage.deps.some((dep) => dep.repo || dep.location.includes('://')))) return undefined;
  const { importUpdates } = await import('../access/index.ts');
  return importUpdates(workplace);
}

/** As DVC lays it out: a tab for each level, states in a column of 20. */
function* statusLines(value: unknown, depth: number): Generator<string> {
  const indent = '\t'.repeat(depth);
  if (typeof value === 'string') yield indent + value;
  else if (Array.isArray(value)) for (const one of value) yield* statusLines(one, depth);
  else {
    for (const [key, one] of Object.entries(value as object)) {
      if (typeof one === 'string') yield `${indent}${`${one}:`.padEnd(20)}${key}`;
      else {
        yield `${indent}${key}:`;
        yield* statusLines(one, depth + 1);
      }
    }
  }
}
