import { resolve } from 'node:path';
import { importExport } from '../qldb/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['EXPORT_DIR'],
  details: [
    'The whole export is verified first; one that fails is refused. Then each block becomes a record with its bytes as they came',
    '(kind qldb-block), and each revision of a document one of kind qldb-document, in the same commit. Again, or after a stop, it',
    'goes on with what is not there yet.',
  ].join('\n'),
  async run({ arguments: [folder = ''], context, output, signal }) {
    context.checkCanSeal();
    const records = await context.records();
    const progress = output.progress('importing', 'blocks');
    const imported = await importExport(records, resolve(context.directory, folder), {
      signal,
      onProgress: progress.update,
    }).finally(progress.end);
    const { green, dim } = output.colors;
    const { strandId, blocks, documents, present, verification } = imported;
    output.print(`${green('✓')} imported ${blocks} blocks and ${documents} revisions of documents`);
    if (present > 0) output.print(`${present} blocks were there already`);
    output.print(dim(`strand ${strandId}, blocks ${verification.first} to ${verification.last}`));
    output.print(dim('What the export does not show:'));
    for (const text of verification.doesNotShow) output.print(dim(`- ${text}`));
    output.result(imported);
    return 0;
  },
});
