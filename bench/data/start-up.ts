import { Comparison } from './comparison.ts';
import type { Row } from './row.ts';
import { workspacesIn } from './workspace.ts';

/** Whole processes that do next to nothing. */
export const startUp: Row = {
  summary: 'start-up of commands',
  run(parent, table) {
    using workspaces = workspacesIn(parent);
    // DVC's `stage list` fails where there is none.
    workspaces.assay.write('dvc.yaml', 'stages: {}\n');
    workspaces.dvc.write('dvc.yaml', 'stages: {}\n');
    const comparison = new Comparison(workspaces, (line) => table.line(line));
    const options = { aim: 3, rounds: 7, cold: true };
    for (const words of [
      ['--version'],
      ['--help'],
      ['root'],
      ['status'],
      ['remote', 'list'],
      ['config', '--list'],
      ['stage', 'list'],
      ['dag'],
    ]) {
      comparison.compare(`\`${words.join(' ')}\` in an empty repository`, words, options);
    }
  },
};
