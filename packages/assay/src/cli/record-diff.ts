import {
  type Contents,
  type Difference,
  diffValues,
  type LedgerRecord,
  readContents,
  referenceTo,
  resolveReference,
} from '../records/index.ts';
import { defineCommand } from './command.ts';
import { shortHash } from './format.ts';

export const command = defineCommand({
  arguments: ['REF', 'REF'],
  details: 'Compares what the two records say, their artifacts and parents by name, and their bodies value by value.',
  async run({ arguments: [first, second], context, output }) {
    const records = await context.records();
    const [before, after] = [await resolveReference(records, first!), await resolveReference(records, second!)];
    const facts = diffValues(factsOf(before.record), factsOf(after.record), 'record');
    const body = diffBodies(
      await readContents(records, before.record.body),
      await readContents(records, after.record.body),
    );
    const differences = [...facts, ...body];
    const { bold, dim, green, red } = output.colors;
    output.print(
      `${bold(referenceTo(before))} ${dim(shortHash(before.hash))}  →  ${bold(referenceTo(after))} ${dim(shortHash(after.hash))}`,
    );
    for (const { path, before: was, after: is } of differences) {
      output.print(path);
      if (was !== undefined) output.print(red(`  - ${show(was)}`));
      if (is !== undefined) output.print(green(`  + ${show(is)}`));
    }
    if (differences.length === 0) output.print('No differences.');
    output.result({ before: before.hash, after: after.hash, differences });
    return 0;
  },
});

/** What a record says, without what differs in any two: digests are salted, times and revisions always move. */
function factsOf({ kind, id, version, event, by, artifacts, parents, body }: LedgerRecord) {
  return {
    kind,
    id,
    version,
    event,
    by,
    mediaType: body.mediaType,
    artifacts: Object.fromEntries(artifacts.map(({ name, sha256, size }) => [name, { sha256, size }])),
    parents: Object.groupBy(
      parents.map(({ role, ref }) => ({ role, ref })),
      ({ role }) => role,
    ),
  };
}

function diffBodies(before: Contents, after: Contents): readonly Difference[] {
  if (before.kind === 'json' && after.kind === 'json') return diffValues(before.value, after.value, 'body');
  if (before.kind === 'text' && after.kind === 'text')
    return diffValues(before.text.split('\n'), after.text.split('\n'), 'body');
  const [was, is] = [describe(before), describe(after)];
  const same = before.kind === 'bytes' && after.kind === 'bytes' && Buffer.compare(before.bytes, after.bytes) === 0;
  return same ? [] : [{ path: 'body', before: was, after: is }];
}

function describe(contents: Contents): string {
  switch (contents.kind) {
    case 'json':
      return 'JSON';
    case 'text':
      return 'a text';
    case 'bytes':
      return `${contents.bytes.length} bytes`;
    case 'redacted':
      return 'redacted';
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
