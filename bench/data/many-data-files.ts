import { mkdirSync } from 'node:fs';
import { Comparison } from './comparison.ts';
import type { Row } from './row.ts';
import { workspacesIn } from './workspace.ts';

const count = 1000;

/** A repository in which each file is tracked by itself. */
export const manyDataFiles: Row = {
  summary: `${count} files, each with its own .dvc file`,
  run(parent, table) {
    using workspaces = workspacesIn(parent);
    const comparison = new Comparison(workspaces, (line) => table.line(line));
    const names = Array.from({ length: count }, (_, i) => `set${i % 10}/item${String(i).padStart(4, '0')}.txt`);
    comparison.each((workspace) => {
      for (let i = 0; i < 10; i++) mkdirSync(workspace.path(`set${i}`));
      for (const name of names) workspace.write(name, `content of ${name}\n`);
    });
    comparison.compare(`\`add\` of ${count} files by name`, ['add', '-q', ...names]);
    comparison.each((workspace) => workspace.commit('data'));
    let next = 0;
    comparison.compare('`add` of one more', () => ['add', '-q', `more${next}.txt`], {
      aim: 10,
      rounds: 5,
      prepare(workspace) {
        workspace.write(`more${++next}.txt`, `more ${next}\n`);
      },
    });
    comparison.compare('`add` of one that changed', ['add', '-q', names[7]!], {
      aim: 10,
      rounds: 3,
      prepare: (workspace) => workspace.write(names[7]!, `changed ${next++}\n`),
    });
    comparison.compare('`status`', ['status'], { aim: 10, rounds: 5, cold: true });
    comparison.compare('`data status`', ['data', 'status'], { rounds: 3 });
    comparison.compare('`diff`', ['diff'], { rounds: 3 });
    comparison.compare('`checkout`, nothing to do', ['checkout', '-q'], { rounds: 3 });
    comparison.compare('`checkout` of one', ['checkout', '-q', `${names[9]}.dvc`], {
      rounds: 3,
      prepare: (workspace) => workspace.remove(names[9]!),
    });
  },
};
