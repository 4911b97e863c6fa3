import { findStages, type LookElsewhere, statusOf, type Workplace } from '../data/index.ts';
import { pythonJson, type TrackedStage, type Value } from '../dvc/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    recursive: { short: 'R', description: 'targets are folders that hold tracked data' },
    noUpdates: { description: 'do not ask where imports are from for newer data' },
  },
  details: 'With -q nothing is printed, and the exit code is 1 when something changed.',
  async run({ arguments: targets, options, context, output, signal }) {
    const workplace = await context.workplace(signal);
    const stages = await findStages(workplace, targets, { recursive: options.recursive });
    const updates = options.noUpdates ? undefined : await lookElsewhere(workplace, stages);
    const status = await statusOf(workplace, stages, updates);
    const changed = Object.keys(status).length > 0;
    if (output.json) output.raw(`${pythonJson(status as unknown as Value)}\n`);
    else if (changed) for (const line of statusLines(status, 0)) output.print(line);
    else if (stages.length === 0) {
      output.print(
        'There are no data or pipelines tracked in this project yet.\nBegin with `assay add` or `assay stage add`.',
      );
    } else output.print('Data and pipelines are up to date.');
    return output.quiet && changed ? 1 : 0;
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
