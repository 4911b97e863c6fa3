import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Comparison } from './comparison.ts';
import { makeSmallFiles } from './files.ts';
import type { Row } from './row.ts';
import { type Workspace, workspacesIn } from './workspace.ts';

const count = Number(process.env.ASSAY_BENCH_FILES ?? 70_000);

/** A folder of many small files, from `add` to `pull`. In memory only what the disk is in the way of. */
export function smallFiles(place: 'disk' | 'memory'): Row {
  return {
    summary: `${count.toLocaleString('en')} files of about 275 bytes, on ${place === 'disk' ? 'a disk' : 'tmpfs'}`,
    run(parent, table) {
      const folder = place === 'disk' ? parent : '/dev/shm';
      if (!existsSync(folder)) {
        table.note(`There is no ${folder} here.`);
        return;
      }
      using workspaces = workspacesIn(folder);
      const comparison = new Comparison(workspaces, (line) => table.line(line));
      comparison.each((workspace) => makeSmallFiles(workspace.path('data'), count));
      const cold = place === 'disk';
      comparison.compare('`add`', ['add', '-q', 'data'], {
        aim: place === 'disk' ? 3 : 8,
        cold,
        prepare(workspace) {
          workspace.forget();
          workspace.remove('data.dvc', '.gitignore');
        },
      });
      comparison.compare('`add` again, nothing changed', ['add', '-q', 'data'], { aim: 8, rounds: 3, cold });
      comparison.compare('`status`', ['status'], { aim: 8, rounds: 3, cold });
      comparison.each((workspace) => workspace.commit('data'));
      comparison.compare('`data status`', ['data', 'status'], { aim: 8, rounds: 3, cold });
      comparison.compare('`diff`', ['diff'], { aim: 8, rounds: 3, cold });
      comparison.compare('`status`, one file changed', ['status'], { rounds: 1, prepare: change });
      checkouts(comparison, place);
      transfers(comparison);
    },
  };
}

let changes = 0;

function change(workspace: Workspace): void {
  workspace.write('data/part-0000/0000000.csv', `changed ${changes++}\n`);
}

function checkouts(comparison: Comparison, place: 'disk' | 'memory'): void {
  for (const [type, aim] of [
    ['copy', 2.5],
    ['hardlink', 4],
    ['symlink', undefined],
  ] as const) {
    comparison.compare(`\`checkout\` by ${type}`, ['checkout', '-q', '-f'], {
      ...(aim === undefined ? {} : { aim }),
      cold: place === 'disk' && type !== 'symlink',
      prepare(workspace) {
        workspace.remove('data');
        workspace.own('config', 'cache.type', type);
      },
    });
  }
}

function transfers(comparison: Comparison): void {
  const remote = (workspace: Workspace) => join(workspace.base, 'remote');
  comparison.each((workspace) => {
    workspace.remove('data');
    workspace.own('config', 'cache.type', 'copy');
    workspace.own('remote', 'add', '-q', '-d', 'store', remote(workspace));
    workspace.own('checkout', '-q', '-f');
  });
  comparison.compare('`push` to a folder', ['push', '-q'], {
    aim: 3,
    prepare: (workspace) => rmSync(remote(workspace), { recursive: true, force: true }),
  });
  comparison.each((workspace) => {
    if (linkedObjects(remote(workspace)) > 0) {
      throw new Error(`${workspace.side}: the remote holds links into the cache in place of copies`);
    }
  });
  comparison.compare('`push` again, nothing new', ['push', '-q'], { rounds: 3 });
  comparison.compare('`pull` from a folder', ['pull', '-q'], {
    aim: 2.5,
    prepare(workspace) {
      workspace.forget();
      workspace.remove('data');
    },
  });
  comparison.compare('`fetch` from a folder', ['fetch', '-q'], { prepare: (workspace) => workspace.forget() });
  comparison.compare('`fetch` again, nothing new', ['fetch', '-q'], { rounds: 3 });
}

/** Of objects in a remote that share their bytes with the cache nothing is left when the cache is damaged. */
function linkedObjects(remote: string): number {
  const folder = join(remote, 'files/md5/00');
  return readdirSync(folder).filter((name) => statSync(join(folder, name)).nlink > 1).length;
}
