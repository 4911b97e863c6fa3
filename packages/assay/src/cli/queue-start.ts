import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../errors.ts';
import { acquireLock } from '../workspace/index.ts';
import { defineCommand } from './command.ts';
import { reproduceDependencies } from './reproduction.ts';
import { runQueue } from './run-queue.ts';
import { launcher } from './stage-code.ts';

const lockName = 'exp-queue-worker';

export const command = defineCommand({
  options: {
    jobs: { short: 'j', value: 'N', number: true, description: 'how many experiments side by side (default 1)' },
    foreground: { description: 'work here until the queue is empty' },
  },
  details: [
    'Works off the queue in the background until it is empty. There is no daemon: `queue stop` ends it early, `queue status` and',
    '`queue logs` tell how it goes, and what it prints itself is in .dvc/tmp/exps/assay-queue.log.',
  ].join('\n'),
  async run({ options, context, output, signal }) {
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    const { root, temporary } = workplace.repository;
    const jobs = Math.max(1, Math.floor(options.jobs ?? 1));
    const dependencies = await reproduceDependencies(context, root, output);
    const { locks } = dependencies.project.paths;
    const lock = await acquireLock(locks, lockName, { command: 'assay queue start', now: context.clock() }).catch(
      (error: unknown) => {
        if (error instanceof AssayError && error.code === 'ASSAY_LOCK_HELD') return undefined;
        throw error;
      },
    );
    if (!lock) {
      output.print("Started '0' new experiments task queue workers: one works already.");
      output.result({ started: 0 });
      return 0;
    }
    if (options.foreground) {
      using _lock = lock;
      return await runQueue(workplace, jobs, dependencies, output, signal);
    }
    lock.release();
    const folder = join(temporary, 'exps');
    mkdirSync(folder, { recursive: true });
    const log = openSync(join(folder, 'assay-queue.log'), 'a');
    const words = [launcher ?? '', '-C', root, 'queue', 'start', '--foreground', '--jobs', String(jobs)];
    const child = spawn(process.execPath, words, { detached: true, stdio: ['ignore', log, log], cwd: root });
    child.unref();
    closeSync(log);
    output.print("Started '1' new experiments task queue worker.");
    output.result({ started: 1, pid: child.pid ?? null, jobs });
    return 0;
  },
});
