import { Comparison } from './comparison.ts';
import type { Row } from './row.ts';
import { workspacesIn } from './workspace.ts';

const length = 100;

/** A chain in which each stage adds a line to what the one before it made. */
export const pipeline: Row = {
  summary: `a chain of ${length} short stages`,
  run(parent, table) {
    using workspaces = workspacesIn(parent);
    const comparison = new Comparison(workspaces, (line) => table.line(line));
    const stages = Array.from({ length }, (_, i) => [
      `  step${i}:`,
      `    cmd: cat ${i === 0 ? 'start' : `out${i - 1}`} > out${i} && echo ${i} >> out${i}`,
      `    deps: [${i === 0 ? 'start' : `out${i - 1}`}]`,
      `    outs: [out${i}]`,
    ]);
    comparison.each((workspace) => {
      workspace.write('start', 'begin\n');
      workspace.write('dvc.yaml', ['stages:', ...stages.flat(), ''].join('\n'));
      workspace.commit('pipeline');
    });
    comparison.compare(`\`repro\` of ${length} stages`, ['repro', '-q'], {
      aim: 10,
      rounds: 2,
      prepare(workspace) {
        workspace.forget();
        workspace.remove('dvc.lock', '.gitignore', '.assay', ...Array.from({ length }, (_, i) => `out${i}`));
      },
    });
    comparison.compare('`repro`, nothing changed', ['repro', '-q'], { aim: 10, rounds: 3 });
    comparison.compare('`status`', ['status'], { aim: 10, rounds: 5, cold: true });
    comparison.compare('`repro`, the last stage changed', ['repro', '-q'], {
      rounds: 3,
      prepare(workspace) {
        const changed = [...stages.flat()];
        changed[changed.length - 3] += ` && echo ${changes++} >> out${length - 1}`;
        workspace.write('dvc.yaml', ['stages:', ...changed, ''].join('\n'));
      },
    });
    comparison.compare('`dag`', ['dag', '--dot'], { rounds: 3 });
    comparison.compare('`stage list`', ['stage', 'list'], { rounds: 3 });
  },
};

let changes = 0;
