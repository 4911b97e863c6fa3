import { queueStatus, shownTime } from '../experiments/index.ts';
import { plainTable } from '../metrics/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  async run({ context, output, signal }) {
    const tasks = await queueStatus(await context.workplace(signal));
    const words = { running: 'Running', queued: 'Queued', failed: 'Failed', success: 'Success' } as const;
    if (tasks.length === 0) output.print('No experiment tasks in the queue.');
    else {
      const rows = tasks.map(({ rev, name, created, state }) => [
        rev.slice(0, 7),
        name ?? '',
        created ? shownTime(created, false, context.clock()) : '',
        words[state],
      ]);
      output.print(plainTable({ head: ['Task', 'Name', 'Created', 'Status'], rows }));
    }
    const active = tasks.filter(({ state }) => state === 'running').length;
    output.print(`\nWorker status: ${active} active, 0 idle`);
    output.result(
      tasks.map(({ rev, name, created, state }) => ({
        rev,
        name: name ?? null,
        created: created?.toISOString() ?? null,
        state,
      })),
    );
    return 0;
  },
});
