import { spawnSync } from 'node:child_process';
import { globSync, rmSync } from 'node:fs';
import { Comparison } from './comparison.ts';
import { makeLargeFile } from './files.ts';
import { measure, settle } from './programs.ts';
import { type Row, seconds } from './row.ts';
import { workspacesIn } from './workspace.ts';

const gibibytes = Number(process.env.ASSAY_BENCH_LARGE ?? 4);

/** One file, larger than any buffer. */
export const largeFile: Row = {
  summary: `one file of ${gibibytes} GiB`,
  run(parent, table) {
    using workspaces = workspacesIn(parent);
    let assay = 0;
    const comparison = new Comparison(workspaces, (line) => {
      assay = line.warm.assay.seconds;
      table.line(line);
    });
    // One after the other, so that the second does not find its pages pushed out by the first one's.
    comparison.each((workspace) => makeLargeFile(workspace.path('large'), gibibytes * 1024));
    comparison.compare(`\`add\` of one file of ${gibibytes} GiB`, ['add', '-q', 'large'], {
      aim: 3,
      prepare(workspace) {
        workspace.forget();
        workspace.remove('large.dvc', '.gitignore');
        // Read once: it is warm for both.
        spawnSync('cksum', [workspace.path('large')]);
      },
    });
    const { root, environment } = workspaces.assay;
    const copy = `${root}/copy`;
    const plain = ['sh', '-c', 'md5sum large && cp large "$1" && sync "$1"', 'sh', copy];
    const floors = [1, 2].map(() => {
      settle();
      const run = measure(plain, root, environment);
      rmSync(copy);
      return run.seconds;
    });
    const floor = Math.min(...floors);
    const share = assay / floor;
    const told = `${share.toFixed(2)} ×${share > 1.3 ? ', **which misses the aim of 1.3 ×**' : ' (aim: at most 1.3 ×)'}`;
    table.note(
      `\`md5sum\`, then \`cp\`, then \`sync\` of the same file: ${seconds(floor)}. \`assay add\` takes ${told}.`,
    );
    workspaces.assay.remove('copy');
    comparison.compare('`add` again, nothing changed', ['add', '-q', 'large'], { rounds: 3 });
    comparison.compare('`status`', ['status', '-q'], { rounds: 3 });
    comparison.compare('`checkout` by copy', ['checkout', '-q'], {
      prepare(workspace) {
        workspace.remove('large');
        // What the other program wrote may have pushed it out of memory.
        spawnSync('cksum', globSync('.dvc/cache/files/md5/*/*', { cwd: workspace.root }), { cwd: workspace.root });
      },
    });
  },
};
