import { atRevision, diffNumbers, locationOf, readParamsAt } from '../data/index.ts';
import { defineCommand } from './command.ts';
import { printDiff } from './number-table.ts';

export const command = defineCommand({
  arguments: ['[A_REV]', '[B_REV]'],
  options: {
    targets: { value: 'FILE', repeat: true, description: 'only this file' },
    all: { description: 'what did not change as well' },
    deps: { description: 'only what stages depend on' },
    md: { description: 'as a table in Markdown' },
    noPath: { description: 'leave out the files' },
  },
  async run({ arguments: [from = 'HEAD', to = 'workspace'], options, context, output, signal }) {
    const workplace = await context.workplace(signal);
    const targets = options.targets.map((target) => locationOf(workplace, target));
    const revisions = [await atRevision(workplace, from), await atRevision(workplace, to)] as const;
    const [before, after] = await Promise.all(
      revisions.map((at) => readParamsAt(workplace, at, { targets, depsOnly: options.deps })),
    );
    for (const { tree } of revisions) await tree.close();
    printDiff(output, diffNumbers(before!, after!, options.all), {
      title: 'Param',
      from,
      to,
      md: options.md,
      noPath: options.noPath,
      withChange: false,
      precision: undefined,
    });
    return 0;
  },
});
