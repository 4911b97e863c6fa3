import { findStages, shownAddress } from '../data/index.ts';
import { readIndex, type TrackedStage, workspaceTree } from '../dvc/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    all: { description: 'of the whole repository' },
    recursive: { short: 'R', description: 'targets are folders that hold stages' },
    nameOnly: { aliases: ['--names-only'], description: 'names alone' },
    fail: { description: 'a file that cannot be read is an error, which it always is here' },
  },
  async run({ arguments: targets, options, context, output, signal }) {
    const workplace = await context.workplace(signal);
    const { repository } = workplace;
    const stages = options.all
      ? (await readIndex(repository, workspaceTree(repository))).stages
      : await findStages(workplace, targets.length > 0 ? targets : ['dvc.yaml'], { recursive: options.recursive });
    const rows = stages.map(
      (stage) => [shownAddress(workplace, stage), options.nameOnly ? '' : described(stage)] as const,
    );
    const width = Math.max(0, ...rows.map(([name]) => name.length));
    for (const [name, text] of rows) output.print(options.nameOnly ? name : `${name.padEnd(width)}  ${text}`.trimEnd());
    output.result(stages.map((stage, i) => ({ name: rows[i]![0], description: described(stage), cmd: stage.cmd })));
    return 0;
  },
});

/** What the stage says of itself, or what it makes. */
function described(stage: TrackedStage): string {
  if (stage.desc !== undefined && stage.desc !== '') return shortened(stage.desc.split('\n')[0]!);
  const names = (list: readonly { readonly path: string }[]) => list.map(({ path }) => path).join(', ');
  if (stage.outs.length === 0) {
    const deps = [...stage.deps, ...stage.params.map(({ file }) => ({ path: file }))];
    return deps.length === 0 ? 'No outputs or dependencies' : shortened(`Depends on ${names(deps)}`);
  }
  const reports = stage.outs.filter((out) => out.metric !== false || out.plot !== false);
  const outs = stage.outs.filter((out) => !reports.includes(out));
  const parts = [
    ...(outs.length > 0 ? [`Outputs ${names(outs)}`] : []),
    ...(reports.length > 0 ? [`Reports ${names(reports)}`] : []),
  ];
  return shortened(parts.join('; '));
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
