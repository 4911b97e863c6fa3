import { dataStatus, locationOf } from '../data/index.ts';
import { pythonJson, type Value } from '../dvc/index.ts';
import { defineCommand } from './command.ts';

const labels = {
  not_in_cache: 'Not in cache',
  committed: 'Committed changes',
  uncommitted: 'Uncommitted changes',
  untracked: 'Untracked files',
  unchanged: 'Unchanged files',
} as const;
const hints = {
  not_in_cache: 'bring it with `assay fetch`',
  committed: 'tracking files changed since the last git commit',
  uncommitted: 'keep with `assay commit`, undo with `assay checkout`',
  untracked: 'keep with `git add` or `assay add`',
  unchanged: '',
} as const;

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    granular: { description: 'files inside of tracked folders as well' },
    unchanged: { description: 'what did not change as well' },
    untrackedFiles: { description: 'what neither git nor DVC tracks as well' },
  },
  async run({ arguments: words, options, context, output, signal }) {
    const workplace = await context.workplace(signal);
    const status = await dataStatus(workplace, {
      granular: options.granular,
      unchanged: options.unchanged,
      untracked: options.untrackedFiles,
      targets: words.map((word) => locationOf(workplace, word)),
    });
    if (output.json) {
      output.raw(`${pythonJson(status as Value)}\n`);
      return 0;
    }
    if (Object.keys(status).length === 0) output.print('No changes.');
    const { red, green, yellow, cyan, dim } = output.colors;
    const plain = (text: string) => text;
    const colors = { not_in_cache: red, committed: green, uncommitted: yellow, untracked: cyan, unchanged: plain };
    let first = true;
    for (const kind of Object.keys(labels) as (keyof typeof labels)[]) {
      const found = status[kind];
      if (found === undefined) continue;
      if (!first) output.print();
      first = false;
      output.print(`${labels[kind]}:${hints[kind] === '' ? '' : `  ${dim(hints[kind])}`}`);
      const lines = Array.isArray(found)
        ? found
        : Object.entries(found).flatMap(([state, paths]) =>
            (paths as readonly string[]).map((path) => `${state}: ${path}`),
          );
      for (const line of lines) output.print(`        ${colors[kind](line)}`);
    }
    return 0;
  },
});
