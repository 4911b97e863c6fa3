import { type DataChanges, dataStatus, locationOf } from '../data/index.ts';
import { isUnborn, pythonJson, type Value } from '../dvc/index.ts';
import { defineCommand } from './command.ts';

const kinds = {
  not_in_cache: { label: 'Not in cache', hints: ['`assay fetch` brings them'] },
  not_in_remote: { label: 'Not in remote', hints: ['`assay push` takes them there'] },
  committed: { label: 'DVC committed changes', hints: ['commit the tracking files with git'] },
  uncommitted: {
    label: 'DVC uncommitted changes',
    hints: ['`assay commit` keeps them', '`assay checkout` takes them back'],
  },
  untracked: { label: 'Untracked files', hints: ['`git add` or `assay add` keeps them'] },
  unchanged: { label: 'DVC unchanged files', hints: [] },
} as const;

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    granular: { description: 'files inside of tracked folders as well' },
    unchanged: { description: 'what did not change as well' },
    untrackedFiles: {
      value: 'no|all',
      choices: ['no', 'all'],
      optional: 'all',
      description: 'what neither git nor DVC tracks as well',
    },
    notInRemote: { description: 'what the remote lacks as well' },
    noRemoteRefresh: { description: 'for --not-in-remote; the remote is asked anew all the same' },
    remote: { short: 'r', value: 'NAME', description: 'the remote that is meant (default: core.remote)' },
  },
  async run({ arguments: words, options, context, output, signal }) {
    const workplace = await context.workplace(signal);
    const status = await dataStatus(workplace, {
      granular: options.granular,
      unchanged: options.unchanged,
      untracked: options.untrackedFiles === 'all',
      ...(options.notInRemote ? { notInRemote: { remote: options.remote } } : {}),
      targets: words.map((word) => locationOf(workplace, word)),
    });
    if (output.json) {
      output.raw(`${pythonJson(status as Value)}\n`);
      return 0;
    }
    if (Object.keys(status).length === 0) {
      const unborn = await isUnborn(workplace.repository);
      output.print(unborn ? 'No changes in an empty git repo.' : 'No changes.');
    }
    const { red, green, yellow, cyan, dim } = output.colors;
    const plain = (text: string) => text;
    const colors = {
      not_in_cache: red,
      not_in_remote: red,
      committed: green,
      uncommitted: yellow,
      untracked: cyan,
      unchanged: plain,
    };
    let first = true;
    for (const kind of Object.keys(kinds) as (keyof typeof kinds)[]) {
      const found = status[kind];
      if (found === undefined) continue;
      if (!first) output.print();
      first = false;
      output.print(`${kinds[kind].label}:`);
      for (const hint of kinds[kind].hints) output.print(`  ${dim(`(${hint})`)}`);
      for (const line of linesOf(found)) output.print(`        ${colors[kind](line)}`);
    }
    return 0;
  },
});

function linesOf(found: readonly string[] | DataChanges): readonly string[] {
  if (isList(found)) return found;
  const { renamed = [], ...rest } = found;
  return [
    ...Object.entries(rest).flatMap(([state, paths]) => paths.map((path) => `${state}: ${path}`)),
    ...renamed.map((one) => `renamed: ${one.old} -> ${one.new}`),
  ];
}

function isList(found: readonly string[] | DataChanges): found is readonly string[] {
  return Array.isArray(found);
}
