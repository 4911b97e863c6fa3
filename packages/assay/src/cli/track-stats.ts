import { trackStatistics } from '../track/index.ts';
import { defineCommand } from './command.ts';
import { shortHash } from './format.ts';
import { openTracker } from './track-input.ts';

export const command = defineCommand({
  async run({ context, output }) {
    const found = await trackStatistics(await openTracker(context));
    output.print(`${found.records} records, ${found.revisions} revisions`);
    output.table(
      ['kind', 'records', 'revisions'],
      found.byKind.map((one) => [one.kind, one.records, one.revisions]),
    );
    output.table(
      ['by', 'revisions', 'last'],
      found.byPerson.map((one) => [shortHash(one.by), one.revisions, one.last]),
    );
    output.table(
      ['changed most', 'revisions', 'version'],
      found.mostChanged.map((one) => [`${one.kind}/${one.id}`, one.revisions, one.versions.at(-1)?.version ?? '']),
    );
    output.result(found);
    return 0;
  },
});
