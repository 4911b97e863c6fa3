import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { trackReport } from '../reports/index.ts';
import { compareRevisions, metricsOverRevisions } from '../track/index.ts';
import { defineCommand } from './command.ts';
import { nameOf, openTracker } from './track-input.ts';
import { described } from './track-output.ts';

export const command = defineCommand({
  arguments: ['KIND/ID', 'A', '[B]'],
  options: { html: { value: 'FILE', description: 'a page with the numbers of all revisions side by side' } },
  details:
    'A and B are revisions: a number, a version M:m:p, or the beginning of a hash; B is the newest when left out.',
  async run({ arguments: [reference, a, b], options, context, output }) {
    const { kind, id } = nameOf(reference!);
    const tracker = await openTracker(context);
    const [before, after] = [await tracker.revision(kind, id, a), await tracker.revision(kind, id, b)];
    const comparison = await compareRevisions(tracker, before, after);
    const { red, green, dim } = output.colors;
    for (const { path, before: was, after: is } of comparison.changes) {
      output.print(path);
      if (was !== null) output.print(red(`  - ${was}`));
      if (is !== null) output.print(green(`  + ${is}`));
    }
    for (const { name, before: was, after: is } of comparison.files) {
      output.print(`file ${name}`);
      if (was) output.print(red(`  - ${was.size} bytes, sha256 ${was.sha256}`));
      if (is) output.print(green(`  + ${is.size} bytes, sha256 ${is.sha256}`));
    }
    if (comparison.changes.length + comparison.files.length === 0) output.print('No differences.');
    if (options.html !== undefined) {
      const history = await tracker.history(kind, id);
      const metrics = await metricsOverRevisions(tracker, history);
      const revisions = history.map(({ sealed: { record } }) => ({ version: record.version, at: record.at }));
      const numbers = [before, after].map(({ sealed }) => sealed.record.revision);
      const page = trackReport({ name: `${kind}/${id}`, compared: numbers, comparison, revisions, metrics });
      await writeFile(resolve(context.directory, options.html), page);
      output.print(dim(`written to ${options.html}`));
    }
    output.result({ before: described(before.sealed), after: described(after.sealed), ...comparison });
    return 0;
  },
});
