import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AssayError } from '../errors.ts';
import { metadataOf, refuseRedacted } from '../track/index.ts';
import { defineCommand } from './command.ts';
import { nameOf, openTracker, timeOption } from './track-input.ts';

export const command = defineCommand({
  arguments: ['KIND/ID'],
  options: {
    metadata: { description: 'the metadata (the default)' },
    data: { description: 'the data' },
    file: { value: 'NAME', description: 'a file' },
    out: { value: 'FILE', description: 'write it to a file; otherwise to standard output' },
    asOf: { value: 'TIME', description: 'as it was then' },
  },
  details: 'Byte for byte, hashed again on the way. KIND/ID@REVISION gives an older one.',
  async run({ arguments: [reference], options, context, output, signal }) {
    const { kind, id, which } = nameOf(reference!);
    const tracker = await openTracker(context);
    const revision = await tracker.revision(kind, id, which, timeOption(options.asOf).asOf);
    const artifact =
      options.file === undefined
        ? options.data && revision.data?.artifact
        : revision.files.find(({ name }) => name === options.file);
    if ((options.data || options.file !== undefined) && !artifact) {
      const what = options.file === undefined ? 'data' : `file ${options.file}`;
      throw new AssayError('ASSAY_TRACK_FILES', `${reference} has no ${what}`, {
        hint: `It has ${revision.sealed.record.artifacts.map(({ name }) => name).join(', ') || 'metadata only'}.`,
      });
    }
    await refuseRedacted(tracker.records, revision.sealed);
    const bytes = artifact
      ? tracker.objects.stream(artifact.sha256)
      : Readable.from([(await metadataOf(tracker, revision)).bytes]);
    if (options.out === undefined) {
      await pipeline(bytes, process.stdout, { signal, end: false });
      return 0;
    }
    const out = resolve(context.directory, options.out);
    const partial = `${out}.${process.pid}.partial`;
    try {
      await pipeline(bytes, createWriteStream(partial, { flags: 'wx' }), { signal });
      await rename(partial, out);
    } finally {
      await rm(partial, { force: true });
    }
    output.print(`${output.colors.green('✓')} ${options.out}`);
    output.result({ file: out, sha256: artifact ? artifact.sha256 : null });
    return 0;
  },
});
