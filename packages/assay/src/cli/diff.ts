import { diffData, diffValue, locationOf } from '../data/index.ts';
import { pythonJson } from '../dvc/index.ts';
import { markdownTable } from '../metrics/index.ts';
import { defineCommand } from './command.ts';

const states = ['added', 'deleted', 'renamed', 'modified', 'not in cache'] as const;

export const command = defineCommand({
  arguments: ['[A_REV]', '[B_REV]'],
  options: {
    targets: { value: 'PATH...', repeat: true, description: 'only these files or folders' },
    showHash: { description: 'and the hashes' },
    md: { description: 'as a table in Markdown' },
    hideMissing: { description: 'leave out what is not in the cache' },
  },
  async run({ arguments: [from = 'HEAD', to], options, context, output, signal }) {
    const workplace = await context.workplace(signal);
    const targets = options.targets.map((target) => locationOf(workplace, target));
    const { 'not in cache': missing, ...rest } = await diffData(workplace, from, to, targets);
    const hidden = options.hideMissing || to !== undefined;
    const diff = hidden || missing === undefined ? rest : { ...rest, 'not in cache': missing };
    if (output.json) {
      output.raw(`${pythonJson(diffValue(diff, options.showHash))}\n`);
      return 0;
    }
    const rows = states.flatMap((state) =>
      (diff[state] ?? []).map(({ path, hash }) => ({
        state,
        path: typeof path === 'string' ? path : `${path.old} -> ${path.new}`,
        hash:
          typeof hash === 'string' || hash === null
            ? (hash ?? '').slice(0, 8)
            : `${hash.old?.slice(0, 8)}..${hash.new?.slice(0, 8)}`,
      })),
    );
    if (options.md) {
      const head = options.showHash ? ['Status', 'Hash', 'Path'] : ['Status', 'Path'];
      const cells = rows.map(({ state, hash, path }) => (options.showHash ? [state, hash, path] : [state, path]));
      output.raw(`${markdownTable({ head, rows: cells })}\n`);
      return 0;
    }
    const { green, red, yellow } = output.colors;
    const colors = { added: green, deleted: red, renamed: green, modified: yellow, 'not in cache': yellow };
    for (const state of states) {
      const list = rows.filter((row) => row.state === state);
      if (list.length === 0) continue;
      output.print(`${colors[state](state[0]!.toUpperCase() + state.slice(1))}:`);
      for (const { path, hash } of list) output.print(`    ${options.showHash ? `${hash}  ` : ''}${path}`);
      output.print();
    }
    const files = (state: string) => rows.filter((row) => row.state === state && !row.path.endsWith('/')).length;
    const summary = states.filter((state) => files(state) > 0).map((state) => `${files(state)} ${state}`);
    if (summary.length > 0) output.print(`files summary: ${summary.join(', ')}`);
    return 0;
  },
});
