import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Comparison } from './comparison.ts';
import { makeSmallFiles } from './files.ts';
import type { Row } from './row.ts';
import { type Workspace, workspacesIn } from './workspace.ts';

const count = 4000;

/**
 * The commands that DVC measures itself with (`dvc.testing.benchmarks`): add, checkout, data status, diff, exp show, fetch, gc, get,
 * get-url, help, import, import-url, init, list, plots, push, status, update. The order is that of a data set's life.
 */
export const commandSet: Row = {
  summary: `the commands of DVC's own benchmark, on ${count} files`,
  run(parent, table) {
    using workspaces = workspacesIn(parent);
    const comparison = new Comparison(workspaces, (line) => table.line(line));
    const remote = (workspace: Workspace) => join(workspace.base, 'remote');
    const compare = (words: readonly string[], options: Parameters<Comparison['compare']>[2] = {}, title = '') => {
      const work = `\`${words.filter((word) => word !== '-q').join(' ')}\`${title === '' ? '' : `, ${title}`}`;
      try {
        comparison.compare(work, words, { rounds: 2, ...options });
      } catch (error) {
        table.note(`${work} could not be measured: ${error instanceof Error ? error.message.slice(0, 300) : error}`);
      }
    };
    compare(['init'], { prepare: (workspace) => workspace.remove('.dvc', '.dvcignore') });
    comparison.each((workspace) => {
      workspace.own('remote', 'add', '-q', '-d', 'store', remote(workspace));
      workspace.commit('again');
    });
    for (const type of ['symlink', 'hardlink', 'copy']) {
      comparison.each((workspace) => workspace.own('config', 'cache.type', type));
      compare(
        ['add', '-q', 'data'],
        {
          rounds: 1,
          prepare(workspace) {
            workspace.remove('data', 'data.dvc');
            workspace.forget();
            makeSmallFiles(workspace.path('data'), count);
          },
        },
        `\`cache.type\` ${type}`,
      );
      compare(['add', '-q', 'data'], {}, `again, ${type}`);
      compare(['checkout', '-q'], { prepare: (workspace) => workspace.remove('data') }, type);
      compare(['checkout', '-q'], {}, `nothing to do, ${type}`);
      compare(
        ['checkout', '-q', '--force'],
        { prepare: (workspace) => workspace.write('data/new', 'new') },
        `one file too many, ${type}`,
      );
    }
    comparison.each((workspace) => workspace.commit('data'));
    compare(['status']);
    compare(['data', 'status']);
    compare(['data', 'status', '--granular', '--unchanged', '--untracked-files', '--json']);
    compare(['diff']);
    comparison.each((workspace) => workspace.write('data/new', 'new'));
    compare(['status'], {}, 'changed');
    compare(['data', 'status'], {}, 'changed');
    compare(['data', 'status', '--granular', '--unchanged', '--untracked-files', '--json'], {}, 'changed');
    compare(['diff'], {}, 'changed');
    comparison.each((workspace) => workspace.remove('data/new'));
    compare(['push', '-q'], { prepare: (workspace) => rmSync(remote(workspace), { recursive: true, force: true }) });
    compare(['fetch', '-q'], { prepare: (workspace) => workspace.forget() });
    compare(['pull', '-q'], {
      prepare(workspace) {
        workspace.forget();
        workspace.remove('data');
      },
    });
    compare(['gc', '-q', '-f', '-w'], {}, 'nothing to remove');
    compare(['gc', '-q', '-f', '-w', '-c'], {}, 'nothing to remove');
    for (const flags of [[], ['--dvc-only'], ['--recursive']]) compare(['list', '.', ...flags]);
    compare(['list', '.', 'data']);
    const fresh = { prepare: (workspace: Workspace) => workspace.remove('new', 'new.dvc', '.dvc/tmp/repos') };
    compare(['get', '-q', '.', 'data', '-o', 'new'], fresh);
    compare(['get-url', '-q', 'data', 'new'], fresh);
    compare(['import', '-q', '.', 'data', '-o', 'new'], fresh);
    comparison.each((workspace) => makeSmallFiles(join(workspace.base, 'source'), count));
    compare(['import-url', '-q', '../source', 'new'], fresh);
    compare(['update', '-q', 'new.dvc'], {}, 'nothing new');
    comparison.each((workspace) => workspace.remove('new', 'new.dvc'));
    project(comparison);
    compare(['plots', 'show', '--json']);
    compare(['plots', 'diff', 'HEAD', '--json']);
    compare(['metrics', 'diff', 'HEAD']);
    compare(['params', 'diff', 'HEAD']);
    compare(['exp', 'show', '--json']);
    const changed = (workspace: Workspace) => workspace.write('params.yaml', `rate: 0.${++rates}\n`);
    compare(['exp', 'run', '-q'], { prepare: changed });
    compare(['exp', 'show', '-A', '--json'], {}, 'with experiments');
    compare(['exp', 'list']);
    compare(['--help']);
  },
};

let rates = 100;

/** A small project with a parameter, a metric and a plot, in two commits. */
function project(comparison: Comparison): void {
  comparison.each((workspace) => {
    workspace.write('params.yaml', 'rate: 0.5\n');
    const train =
      'grep rate params.yaml > model && echo "{\\"score\\": 1}" > metrics.json && printf "x,y\\n1,2\\n2,3\\n" > plot.csv';
    workspace.write(
      'dvc.yaml',
      [
        'stages:',
        '  train:',
        `    cmd: ${JSON.stringify(train)}`,
        '    params: [rate]',
        '    outs: [model]',
        '    metrics: [{metrics.json: {cache: false}}]',
        '    plots: [{plot.csv: {cache: false}}]',
        '',
      ].join('\n'),
    );
    workspace.own('repro', '-q');
    workspace.commit('trained');
    workspace.write('params.yaml', 'rate: 0.6\n');
    workspace.own('repro', '-q');
    workspace.commit('trained again');
    workspace.write('metrics.json', '{"score": 2}\n');
  });
}
